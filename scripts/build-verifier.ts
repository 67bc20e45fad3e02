/**
 * `npm run build:verifier`: bundles the verifier page into one HTML file, dist/verifier.html, and prints its SHA-256.
 * The same sources and packages give the same bytes on every machine, so that anybody can compare them.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = resolve(import.meta.dirname, "..");
const FOLDER = join(ROOT, "web/verifier");
const TARGET = join(ROOT, "dist/verifier.html");

/** What production modules take from Node or from native packages, and what the page has instead. */
const REPLACED: Readonly<Record<string, string>> = {
  "node:crypto": join(FOLDER, "node/crypto.ts"),
  secp256k1: join(FOLDER, "node/secp256k1.ts"),
};

/** Replaces what browsers lack, and fails where a module needs something of Node that the page has no part for. */
const browserParts: Plugin = {
  name: "browser-parts",
  setup({ onResolve }) {
    onResolve({ filter: /^(node:|secp256k1$)/ }, ({ path, importer }) => {
      const replaced = REPLACED[path];
      if (replaced !== undefined) return { path: replaced };
      return { errors: [{ text: `${importer} needs ${path}, which the page does not have` }] };
    });
    // The generated bindings only declare: those that are not used are left out.
    onResolve({ filter: /typechain-types\// }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path),
      sideEffects: false,
    }));
  },
};

/** @returns the page */
export async function buildVerifier(): Promise<string> {
  const script = await bundle();
  const [template, style] = await Promise.all([read("page.html"), read("page.css")]);
  const policy = [
    "default-src 'none'",
    // Hashing is WebAssembly, which is a part of the script.
    `script-src 'sha256-${hashOf(script, "base64")}' 'wasm-unsafe-eval'`,
    `style-src 'sha256-${hashOf(style, "base64")}'`,
    "connect-src http: https:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts: Readonly<Record<string, string>> = { policy, style, script };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] as string);
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(FOLDER, "main.ts")],
    inject: [join(FOLDER, "node/buffer.ts")],
    plugins: [browserParts],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2024",
    charset: "utf8",
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

const read = (name: string) => readFile(join(FOLDER, name), "utf8");

const hashOf = (text: string, encoding: "base64" | "hex") =>
  createHash("sha256").update(text).digest(encoding);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = await buildVerifier();
  await mkdir(join(ROOT, "dist"), { recursive: true });
  await writeFile(TARGET, page);
  console.log(`dist/verifier.html, ${Buffer.byteLength(page)} bytes, SHA-256 ${hashOf(page, "hex")}`);
}
