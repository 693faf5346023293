"""What a release asks before it begins, and how the npm packages are published."""

import http.server
import json
import shutil
import urllib.parse

from .support import ROOT, Case, packages, version

REPOSITORY = "https://github.com/someone/probe"
# What a release changes, and what reads it.
TEXTS = ["Cargo.toml", "CHANGELOG.md", "README.md", "integrations/github/workflow.yml", "integrations/gitlab/.gitlab-ci.yml"]
TEXTS += [f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")]


class Ready(Case):
    def setUp(self):
        super().setUp()
        self.tree = self.directory / "tree"
        for name in [*TEXTS, "packaging/ready", "packaging/notes"]:
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.tree / name)

    def make_ready(self):
        def change(name, *pairs):
            text = (self.tree / name).read_text()
            for before, after in pairs:
                text = text.replace(before, after)
            (self.tree / name).write_text(text)

        change("CHANGELOG.md", ("## Unreleased", f"## Unreleased\n\n## {version()} (2026-12-01)"))
        for name in TEXTS:
            change(name, ("OWNER", "someone"), ("published yet", "published"))

    def ready(self, tag=None, code=0):
        return self.run_in(self.tree, "packaging/ready", tag or f"v{version()}", REPOSITORY, code=code)

    def test_all_that_is_in_the_way_is_told_at_once(self):
        self.make_ready()
        (self.tree / "CHANGELOG.md").write_text("## Unreleased\n")
        (self.tree / "README.md").write_text("not published yet, by OWNER")
        (self.tree / "integrations/github/workflow.yml").write_text("uses: OWNER/probe@main")
        said = self.run_in(self.tree, "packaging/ready", "v9.9.9", "https://github.com/other/probe", code=1)
        for reason in [
            f"the tag is `v9.9.9`, and Cargo.toml has version {version()}",
            f"CHANGELOG.md has no heading `## {version()}`",
            f"Cargo.toml has the repository {REPOSITORY}, and this is https://github.com/other/probe",
            "README.md still says OWNER",
            "integrations/github/workflow.yml still says OWNER",
            "README.md still says that nothing is published yet",
        ]:
            self.assertIn(reason, said)
        self.assertEqual(len(said.splitlines()), 6, said)

    def test_a_tree_that_is_ready_has_its_notes(self):
        self.make_ready()
        self.assertEqual(self.ready(), "")
        said = self.run_in(self.tree, "packaging/notes", f"v{version()}")
        self.assertTrue(said.startswith("- "), said)
        self.assertNotIn("\n## ", said)
        said = self.run_in(self.tree, "packaging/notes", "v9.9.9", code=1)
        self.assertIn("CHANGELOG.md says nothing of v9.9.9", said)

    def test_crates_want_each_other_in_the_version_of_the_release(self):
        self.make_ready()
        text = (self.tree / "Cargo.toml").read_text()
        wanted = f'path = "pattern", version = "{version()}"'
        self.assertIn(wanted, text)
        (self.tree / "Cargo.toml").write_text(text.replace(wanted, 'path = "pattern", version = "0.0.1"'))
        self.assertIn("wants `probe-pattern` in version 0.0.1", self.ready(code=1))


class Publishing(Case):
    def setUp(self):
        super().setUp()
        self.tool("npm", "--version")
        self.there, self.tokens = {}, set()
        case = self

        class Registry(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(case.there.get(urllib.parse.unquote(self.path).strip("/")))

            def do_PUT(self):
                about = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                case.tokens.add(self.headers["Authorization"])
                case.there[about["name"]] = about
                self.answer({"ok": True})

            def answer(self, said):
                content = json.dumps(said or {"error": "not found"}).encode()
                self.send_response(200 if said else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.registry = self.serve(Registry) + "/"

    def publish(self, directory, code=0, token="secret"):
        env = self.environment(NPM_REGISTRY=self.registry, NODE_AUTH_TOKEN=token, npm_config_update_notifier="false")
        return self.run_in(self.directory, ROOT / "packaging/publish-npm", directory, code=code, env=env)

    def test_platforms_come_first_and_what_is_there_is_left_alone(self):
        names = ["probe-test-runner-linux-arm64", "probe-test-runner-linux-x64", "probe-test-runner"]
        self.publish(packages())
        self.assertEqual(list(self.there), names)
        self.assertEqual(self.tokens, {"Bearer secret"})
        del self.there["probe-test-runner"]
        said = self.publish(packages())
        for name in names[:2]:
            self.assertIn(f"{name}@{version()} is there already", said)
        self.assertIn("probe-test-runner", self.there)

    def test_nothing_is_published_without_a_token_or_packages(self):
        self.assertIn("NODE_AUTH_TOKEN is empty", self.publish(packages(), code=1, token=""))
        self.assertIn("there is no", self.publish(self.directory, code=1))
        self.assertEqual(self.there, {})
