# Homebrew's formula of @VERSION@, made by `packaging/build`.
class ProbeTestRunner < Formula
  desc "@DESCRIPTION@"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: [@LICENSE@]

@PLATFORMS@

  def install
    bin.install "probe"
    man1.install Dir["man/man1/*"]
    man7.install Dir["man/man7/*"]
    bash_completion.install "completions/probe.bash" => "probe"
    fish_completion.install "completions/probe.fish"
    zsh_completion.install "completions/_probe"
  end

  test do
    assert_equal "probe #{version}", shell_output("#{bin}/probe --version").strip
  end
end
