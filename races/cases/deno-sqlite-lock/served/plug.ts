// Finds a library as `@denosaurs/plug` does: a regular file in its cache is taken for whole; otherwise the whole body is
// fetched, and then written straight to the final name, and a note with its URL beside it.

export async function dlopen<S extends Deno.ForeignLibraryInterface>(url: URL, symbols: S) {
  const file = await place(url);
  if (!(await isFile(file))) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const body = new Uint8Array(await response.arrayBuffer());
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(file, body);
    await Deno.writeTextFile(`${file.slice(0, file.lastIndexOf("."))}.metadata.json`, JSON.stringify({ url }));
  }
  return Deno.dlopen(file, symbols);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isFile;
  } catch {
    return false;
  }
}

async function place(url: URL): Promise<string> {
  const root = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;
  const host = url.hostname + (url.port ? `_PORT${url.port}` : "");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(url.pathname + url.search));
  const name = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const extension = url.pathname.slice(url.pathname.lastIndexOf("."));
  return `${root}/plug/${url.protocol.slice(0, -1)}/${host}/${name}${extension}`;
}
