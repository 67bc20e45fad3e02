import { createCipheriv, createDecipheriv } from "node:crypto";
import { expect } from "chai";
import { decryptChunk, encryptChunk } from "../../../offchain/sessions/chunk-cipher.ts";
import { xchachaKey } from "../../../offchain/sessions/xchacha.ts";

const SESSION = "6a979d3a-a72f-4e4e-85e6-4bde08b16928";
const OTHER_SESSION = "7dbd06d0-2371-4b32-8096-4dcc971212a1";
const KEY = Buffer.alloc(32, 7);
const OVERHEAD_BYTES = 48;

const encrypt = (plain: string, idx = 3) => {
  const encryptor = encryptChunk(KEY, SESSION, idx, Buffer.alloc(plain.length + OVERHEAD_BYTES));
  encryptor.update(Buffer.from(plain));
  return encryptor.finish();
};

describe("XChaCha20-Poly1305", () => {
  it("holds to draft-irtf-cfrg-xchacha-03, appendix A.3.1", () => {
    const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
    const key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    const nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657");
    const plain = Buffer.from(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    );
    const sub = xchachaKey(key, nonce);
    const cipher = createCipheriv("chacha20-poly1305", sub.key, sub.nonce, { authTagLength: 16 });
    cipher.setAAD(hex("50515253c0c1c2c3c4c5c6c7"), { plaintextLength: plain.length });
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
    expect(ciphertext.toString("hex")).to.equal(
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb" +
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452" +
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9" +
        "21f9664c97637da9768812f615c68b13b52e",
    );
    expect(cipher.getAuthTag().toString("hex")).to.equal("c0875924c1c7987947deafd8780acf49");
  });

  it("derives the subkey of section 2.2.1", () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
    const nonce = Buffer.from("000000090000004a00000000314159270000000000000000", "hex");
    expect(xchachaKey(key, nonce).key.toString("hex")).to.equal(
      "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc",
    );
  });
});

describe("a chunk's file", () => {
  it("is 48 bytes longer than what is in it, and comes back", () => {
    const file = encrypt("recorded");
    expect(file.length).to.equal("recorded".length + OVERHEAD_BYTES);
    expect(decryptChunk(KEY, SESSION, 3, file).toString()).to.equal("recorded");
  });

  it("depends on the idx from its first byte on", () => {
    expect(encrypt("same", 0).subarray(0, 32)).not.to.deep.equal(encrypt("same", 1).subarray(0, 32));
  });

  it("is refused as under another key for another key, session or idx", () => {
    const file = encrypt("recorded");
    expect(decryptChunk(Buffer.alloc(32, 8), SESSION, 3, file)).to.equal("key");
    expect(decryptChunk(KEY, OTHER_SESSION, 3, file)).to.equal("key");
    expect(decryptChunk(KEY, SESSION, 4, file)).to.equal("key");
  });

  it("is refused when a byte of ciphertext or tag differs, or when it is shorter than its frame", () => {
    for (const at of [32, 47, 55]) {
      const file = encrypt("recorded");
      file.writeUInt8(file.readUInt8(at) ^ 1, at);
      expect(decryptChunk(KEY, SESSION, 3, file), `byte ${at}`).to.equal("tag");
    }
    expect(decryptChunk(KEY, SESSION, 3, encrypt("").subarray(0, 47))).to.equal("tag");
  });

  it("is what docs/session-format.md says, made by hand", async () => {
    const { hkdfSync } = await import("node:crypto");
    const id = Buffer.from(SESSION.replaceAll("-", ""), "hex");
    const idx = Buffer.of(0, 0, 0, 3);
    const info = Buffer.concat([Buffer.from("lucid/chunk/v1"), idx]);
    const derived = Buffer.from(hkdfSync("sha256", KEY, id, info, 88));
    const file = encrypt("recorded");
    expect(file.subarray(0, 32)).to.deep.equal(derived.subarray(32, 64));
    const sub = xchachaKey(derived.subarray(0, 32), derived.subarray(64, 88));
    const decipher = createDecipheriv("chacha20-poly1305", sub.key, sub.nonce, { authTagLength: 16 });
    decipher.setAAD(Buffer.concat([id, idx]), { plaintextLength: 8 });
    decipher.setAuthTag(file.subarray(-16));
    const plain = Buffer.concat([decipher.update(file.subarray(32, -16)), decipher.final()]);
    expect(plain.toString()).to.equal("recorded");
  });
});
