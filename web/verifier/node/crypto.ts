import { createSHA256 } from "hash-wasm";
import { Buffer } from "./buffer.ts";

/** Compiled once, when the page is loaded; every digest runs synchronously, so they cannot interleave. */
const sha256 = await createSHA256();

/** `crypto.hash` of Node, for the one algorithm that is used. */
export function hash(algorithm: string, data: string | Uint8Array, encoding: "hex"): string;
export function hash(algorithm: string, data: string | Uint8Array, encoding: "buffer"): Buffer;
export function hash(
  algorithm: string,
  data: string | Uint8Array,
  encoding: "hex" | "buffer",
): string | Buffer {
  if (algorithm !== "sha256") throw new TypeError(`the page has no ${algorithm}`);
  sha256.init().update(data);
  return encoding === "hex" ? sha256.digest("hex") : Buffer.from(sha256.digest("binary"));
}
