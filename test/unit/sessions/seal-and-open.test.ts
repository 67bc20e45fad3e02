import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import { Wallet } from "ethers";
import { type ChunkEncryptor, encryptChunk } from "../../../offchain/sessions/chunk-cipher.ts";
import { compressChunk } from "../../../offchain/sessions/chunk-compressor.ts";
import { chunkTree } from "../../../offchain/sessions/chunk-tree.ts";
import { chunkWork } from "../../../offchain/sessions/chunk-work.ts";
import type { SessionErrorDetails } from "../../../offchain/sessions/errors.ts";
import {
  encodeManifest,
  type Manifest,
  manifestHash,
  sessionOf,
} from "../../../offchain/sessions/manifest.ts";
import { openSession } from "../../../offchain/sessions/open-session.ts";
import { signOwnership } from "../../../offchain/sessions/owner-signature.ts";
import { encodeOwnerSignature } from "../../../offchain/sessions/owner-signature-file.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { chunkPath } from "../../../offchain/sessions/session-directory.ts";
import { wrapSessionKey } from "../../../offchain/sessions/session-key.ts";
import { verifySessionFiles } from "../../../offchain/sessions/verify-session-files.ts";
import { CHUNK_BYTES, failureOf, newTrial, noise, STARTED_AT, type Trial } from "./trial.ts";

describe("sealing and opening", () => {
  let trial: Trial;
  let sealed: SealedSession;
  const content = noise(3 * CHUNK_BYTES + 1);

  const destination = () => join(trial.folder, "opened");
  const open = (identities = [trial.identity]) =>
    openSession({ path: sealed.directory, identities, destination: destination() });
  const chunk = (idx: number) => chunkPath(sealed.directory, idx);
  const findings = async (): Promise<SessionErrorDetails[]> =>
    (await verifySessionFiles(sealed.directory)).findings.map(({ details }) => details);

  beforeEach(async () => {
    trial = await newTrial();
    sealed = await trial.seal(content);
  });
  afterEach(() => trial.end());

  it("gives the recording back, and says how far it is", async () => {
    const seen: number[] = [];
    const opened = await openSession({
      path: join(sealed.directory, "manifest.json"),
      identities: [trial.identity],
      destination: destination(),
      onProgress: ({ bytes }) => seen.push(bytes),
    });
    expect(readFileSync(destination())).to.deep.equal(content);
    expect(opened.bytes).to.equal(content.length);
    expect(seen).to.deep.equal([1000, 2000, 3000, 3001]);
  });

  it("lays a session out as documented, the wrapped key for the operator alone", () => {
    expect(readdirSync(sealed.directory).sort()).to.deep.equal([
      "chunks",
      "manifest.json",
      "owner-signature.json",
      "session-key.age",
    ]);
    expect(readdirSync(join(sealed.directory, "chunks"))).to.deep.equal(
      [0, 1, 2, 3].map((idx) => `00000${idx}.chunk`),
    );
    expect(statSync(join(sealed.directory, "session-key.age")).mode & 0o777).to.equal(0o600);
    expect(readdirSync(join(trial.dataDir, "sessions"))).to.deep.equal([sealed.manifest.sessionId]);
  });

  it("writes the manifest whose hash it returns, and a table that is true of the files", () => {
    const bytes = readFileSync(join(sealed.directory, "manifest.json"));
    expect(manifestHash(bytes)).to.equal(sealed.manifestHash);
    for (const { idx, sizeBytes, ciphertextSha256 } of sealed.manifest.chunks) {
      const file = readFileSync(chunk(idx));
      expect(file.length).to.equal(sizeBytes);
      expect(`0x${createHash("sha256").update(file).digest("hex")}`).to.equal(ciphertextSha256);
    }
    expect(sealed.session.chunkCount).to.equal(4);
  });

  it("reports progress of a seal up to the last byte", async () => {
    const seen: number[] = [];
    await trial.seal(content, { onProgress: ({ bytes, totalBytes }) => seen.push(bytes / totalBytes) });
    expect(seen).to.have.length(4);
    expect(seen.at(-1)).to.equal(1);
  });

  it("seals to several recipients, each of whom can open", async () => {
    const second = await generateX25519Identity();
    sealed = await trial.seal(content, { recipients: [trial.recipient, await identityToRecipient(second)] });
    await open([second]);
    expect(readFileSync(destination())).to.deep.equal(content);
  });

  describe("what is wrong with a chunk is said, by its idx", () => {
    const opensWith = async (expected: object) => {
      expect(await failureOf(open)).to.include(expected);
      expect(existsSync(destination()), "nothing is left where the recording goes").to.equal(false);
      expect(readdirSync(trial.folder).filter((name) => name.endsWith(".partial"))).to.deep.equal([]);
    };

    it("missing", async () => {
      rmSync(chunk(2));
      const expected = { code: "CHUNK_MISSING", idx: 2 };
      expect((await findings())[0]).to.include(expected);
      await opensWith(expected);
    });

    it("truncated, or longer", async () => {
      truncateSync(chunk(1), 500);
      appendFileSync(chunk(3), "x");
      const [shorter, longer] = await findings();
      expect(shorter).to.include({ code: "CHUNK_SIZE_MISMATCH", idx: 1, actualBytes: 500 });
      expect(longer).to.include({ code: "CHUNK_SIZE_MISMATCH", idx: 3 });
      await opensWith({ code: "CHUNK_SIZE_MISMATCH", idx: 1 });
    });

    it("empty", async () => {
      truncateSync(chunk(0), 0);
      await opensWith({ code: "CHUNK_SIZE_MISMATCH", idx: 0, actualBytes: 0 });
    });

    it("a flipped byte", async () => {
      const bytes = readFileSync(chunk(2));
      bytes.writeUInt8(bytes.readUInt8(700) ^ 0x10, 700);
      writeFileSync(chunk(2), bytes);
      expect(await findings()).to.have.length(1);
      await opensWith({ code: "CHUNK_CORRUPT", idx: 2 });
    });

    it("swapped, also where sizes differ", async () => {
      const aside = join(trial.folder, "aside");
      renameSync(chunk(1), aside);
      renameSync(chunk(3), chunk(1));
      renameSync(aside, chunk(3));
      expect(await findings()).to.deep.equal([
        { code: "CHUNK_SWAPPED", idx: 1, contentOf: 3 },
        { code: "CHUNK_SWAPPED", idx: 3, contentOf: 1 },
      ]);
      await opensWith({ code: "CHUNK_SWAPPED", idx: 1, contentOf: 3 });
    });

    it("doubled", async () => {
      copyFileSync(chunk(0), chunk(2));
      expect(await findings()).to.deep.equal([{ code: "CHUNK_DOUBLED", idx: 2, copyOf: 0 }]);
      await opensWith({ code: "CHUNK_DOUBLED", idx: 2, copyOf: 0 });
    });

    it("a file too many", async () => {
      copyFileSync(chunk(0), chunk(4));
      expect((await findings())[0]).to.include({ code: "CHUNK_UNEXPECTED", chunkCount: 4 });
    });

    it("all chunks gone: each is named", async () => {
      rmSync(join(sealed.directory, "chunks"), { recursive: true });
      expect((await findings()).map(({ code }) => code)).to.deep.equal(Array(4).fill("CHUNK_MISSING"));
    });
  });

  describe("what the sealer made wrong", () => {
    const key = Buffer.alloc(32, 1);
    /** A session that its owner signed over such a file, whatever it is. */
    const forge = async (file: Buffer, change: (manifest: Manifest) => Manifest = (same) => same) => {
      const chunks = [{ idx: 0, ...chunkWork.digest({ file }) }];
      const manifest = change({ ...sealed.manifest, chunks, merkleRoot: chunkTree(chunks).root });
      const bytes = encodeManifest({ ...manifest, merkleRoot: chunkTree(manifest.chunks).root });
      const signature = await signOwnership(
        trial.owner,
        sessionOf(JSON.parse(bytes.toString()), manifestHash(bytes)),
      );
      writeFileSync(join(sealed.directory, "manifest.json"), bytes);
      writeFileSync(join(sealed.directory, "owner-signature.json"), encodeOwnerSignature(signature));
      writeFileSync(join(sealed.directory, "session-key.age"), await wrapSessionKey(key, [trial.recipient]));
      writeFileSync(chunk(0), file);
    };
    const seal = (pieces: (encryptor: ChunkEncryptor) => unknown) => {
      const encryptor = encryptChunk(key, sealed.manifest.sessionId, 0, Buffer.alloc(2000));
      return Promise.resolve(pieces(encryptor)).then(() => encryptor.finish());
    };
    const compressed = (plain: Buffer) => seal(({ update }) => update(compressChunk(plain)));

    it("a tag that does not hold", async () => {
      const file = await compressed(Buffer.from("x"));
      file.writeUInt8(file.readUInt8(40) ^ 1, 40);
      await forge(file);
      expect(await failureOf(open)).to.deep.equal({ code: "CHUNK_NOT_AUTHENTIC", idx: 0 });
    });

    it("no zstd frame inside", async () => {
      await forge(await seal(({ update }) => update(Buffer.from("not zstd"))));
      expect(await failureOf(open)).to.deep.equal({
        code: "CHUNK_FRAME_INVALID",
        idx: 0,
        fault: "not-a-frame",
      });
    });

    it("a frame that grows beyond a chunk's limit", async () => {
      await forge(await compressed(Buffer.alloc(17 * 2 ** 20)));
      expect(await failureOf(open)).to.deep.equal({
        code: "CHUNK_FRAME_INVALID",
        idx: 0,
        fault: "content-too-large",
      });
    });

    it("two recordings in one chunk: readers would differ in which one they give", async () => {
      const file = await seal(({ update }) => {
        update(compressChunk(Buffer.from("shown to one")));
        update(compressChunk(Buffer.from("shown to another")));
      });
      await forge(file);
      expect(await failureOf(open)).to.deep.equal({
        code: "CHUNK_FRAME_INVALID",
        idx: 0,
        fault: "bytes-behind",
      });
      expect(existsSync(destination())).to.equal(false);
    });

    it("a frame that does not decompress", async () => {
      const damaged = compressChunk(Buffer.from("recorded ".repeat(20))).fill(0xff, 9);
      await forge(await seal(({ update }) => update(damaged)));
      expect(await failureOf(open)).to.include({ code: "CHUNK_NOT_DECOMPRESSIBLE", idx: 0 });
    });

    it("a content root that is not the file's", async () => {
      await forge(await compressed(Buffer.from("x")), (manifest) => ({
        ...manifest,
        chunks: manifest.chunks.map((row) => ({ ...row, contentRoot: row.ciphertextSha256 })),
      }));
      expect(await failureOf(open)).to.include({ code: "CHUNK_CONTENT_ROOT_MISMATCH", idx: 0 });
    });

    it("another session's key", async () => {
      writeFileSync(join(sealed.directory, "session-key.age"), await wrapSessionKey(key, [trial.recipient]));
      expect(await failureOf(open)).to.deep.equal({ code: "CHUNK_KEY_WRONG", idx: 0 });
    });
  });

  describe("keys", () => {
    it("an identity that it was not sealed to", async () => {
      const stranger = await generateX25519Identity();
      const { sessionId } = sealed.manifest;
      expect(await failureOf(() => open([stranger]))).to.deep.equal({
        code: "SESSION_KEY_NOT_FOR_IDENTITY",
        sessionId,
      });
    });

    it("an identity that is none, without showing it", async () => {
      const failure = await failureOf(() => open([trial.identity, "AGE-SECRET-KEY-1XYZ"]));
      expect(failure).to.deep.equal({ code: "SESSION_IDENTITY_INVALID", position: 1 });
    });

    it("a wrapped key that is damaged, of another length, or gone", async () => {
      const path = join(sealed.directory, "session-key.age");
      truncateSync(path, 100);
      expect(await failureOf(open)).to.include({ code: "SESSION_KEY_MALFORMED" });
      writeFileSync(path, await wrapSessionKey(Buffer.alloc(31), [trial.recipient]));
      expect(await failureOf(open)).to.include({ code: "SESSION_KEY_MALFORMED" });
      rmSync(path);
      expect(await failureOf(open)).to.include({ code: "SESSION_KEY_MALFORMED" });
    });

    it("no recipient", async () => {
      expect(await failureOf(() => trial.seal(content, { recipients: [] }))).to.include({
        code: "SESSION_RECIPIENTS_MISSING",
      });
    });

    it("a post-quantum recipient, who can open", async () => {
      const identity = await generateHybridIdentity();
      sealed = await trial.seal(content, { recipients: [await identityToRecipient(identity)] });
      await open([identity]);
      expect(readFileSync(destination())).to.deep.equal(content);
    });

    it("post-quantum recipients and others at once", async () => {
      const hybrid = await identityToRecipient(await generateHybridIdentity());
      expect(
        await failureOf(() => trial.seal(content, { recipients: [hybrid, trial.recipient] })),
      ).to.deep.equal({ code: "SESSION_RECIPIENTS_MIXED", hybrid: 1, classic: 1 });
    });

    it("recipients that nobody could open with here: hardware tags, plugins, SSH keys", async () => {
      const tag = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e";
      const plugin = "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t";
      const ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN5Rzc1fRbq4a4aUmdyaWxmZ3lvZ2dhc2RmYXNkZmFz";
      for (const recipient of [tag, plugin, ssh, trial.recipient.toUpperCase(), ` ${trial.recipient}`]) {
        const failing = () => wrapSessionKey(Buffer.alloc(32), [recipient]);
        expect(await failureOf(failing), recipient).to.deep.equal({
          code: "SESSION_RECIPIENT_INVALID",
          position: 0,
        });
      }
    });

    it("more recipients than a wrapped key that could be read again has room for", async () => {
      const hybrid = await identityToRecipient(await generateHybridIdentity());
      expect(await failureOf(() => wrapSessionKey(Buffer.alloc(32), Array(170).fill(hybrid)))).to.include({
        code: "SESSION_ARGUMENT_INVALID",
        argument: "recipients",
      });
    });

    it("a recipient that is none, without showing it: it may be a secret key", async () => {
      for (const wrong of ["age1nobody", trial.identity]) {
        const failing = () => wrapSessionKey(Buffer.alloc(32), [trial.recipient, wrong]);
        expect(await failureOf(failing)).to.deep.equal({ code: "SESSION_RECIPIENT_INVALID", position: 1 });
        const error = await failing().catch((thrown) => thrown);
        expect(inspect(error, { depth: null })).to.not.include(wrong);
      }
    });
  });

  describe("the owner's signature beside the manifest", () => {
    const path = () => join(sealed.directory, "owner-signature.json");

    it("missing", async () => {
      rmSync(path());
      expect(await failureOf(open)).to.include({ code: "SESSION_SIGNATURE_MISSING" });
    });

    it("not the file it should be", async () => {
      writeFileSync(path(), '{"signature":1}');
      expect(await failureOf(open)).to.include({ code: "SESSION_SIGNATURE_MALFORMED" });
    });

    it("in any other bytes, although they say the same", async () => {
      const text = readFileSync(path(), "utf8");
      for (const spelling of [
        text.trim(),
        `${text}\n`,
        text.replace(",", ", "),
        text.replace("{", '{"type":"SessionOwnership",'),
        text.replace("Session", "\\u0053ession"),
        `\ufeff${text}`,
        text.replace("}", ',"note":1}'),
        JSON.stringify({ type: "SessionOwnership", signature: JSON.parse(text).signature }),
      ]) {
        writeFileSync(path(), spelling);
        expect((await failureOf(open)).code, spelling).to.equal("SESSION_SIGNATURE_MALFORMED");
      }
      writeFileSync(path(), text);
      await open();
    });

    it("of a manifest that was altered afterwards: both explanations are given", async () => {
      const altered = encodeManifest({ ...sealed.manifest, startedAt: STARTED_AT - 1 });
      writeFileSync(join(sealed.directory, "manifest.json"), altered);
      const error = await open().catch((thrown) => thrown);
      expect(error.code).to.equal("SESSION_SIGNATURE_FOREIGN");
      expect(error.message).to.match(/manifest was altered after it was signed, or somebody else signed/);
      expect(error.message)
        .to.match(/from a copy that verifies/)
        .and.not.match(/seal .*again/i);
    });

    it("of another session of the same owner", async () => {
      const other = await trial.seal(content);
      copyFileSync(join(other.directory, "owner-signature.json"), path());
      expect(await failureOf(open)).to.include({ code: "SESSION_SIGNATURE_FOREIGN" });
    });
  });

  describe("where things go", () => {
    it("a destination that exists is not overwritten", async () => {
      writeFileSync(destination(), "precious");
      expect(await failureOf(open)).to.include({ code: "SESSION_DESTINATION_EXISTS" });
      expect(readFileSync(destination(), "utf8")).to.equal("precious");
    });

    it("a destination that cannot be written is named", async () => {
      writeFileSync(join(trial.folder, "file"), "no folder");
      const identities = [trial.identity];
      for (const folder of ["nowhere", "file"]) {
        const path = join(trial.folder, folder, "opened");
        const opening = () => openSession({ path: sealed.directory, identities, destination: path });
        expect(await failureOf(opening)).to.include({ code: "SESSION_DESTINATION_UNWRITABLE", path });
      }
    });

    it("a session that exists is not overwritten", async () => {
      const { sessionId } = sealed.manifest;
      expect(await failureOf(() => trial.seal(content, { sessionId }))).to.include({
        code: "SESSION_EXISTS",
        sessionId,
      });
      expect(await findings()).to.deep.equal([]);
    });

    it("two seals of one id at once: one of them wins, the other is refused", async () => {
      const sessionId = "3ca1602c-d317-4169-8520-11dc5778ad4a";
      const outcomes = await Promise.allSettled([
        trial.seal(content, { sessionId }),
        trial.seal(content, { sessionId }),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    });

    it("there is no session there", async () => {
      expect(await failureOf(() => verifySessionFiles(join(trial.folder, "nowhere")))).to.include({
        code: "SESSION_NOT_FOUND",
      });
    });
  });

  describe("what a seal refuses", () => {
    it("a manifest that could not be read again, before its owner signs it", async () => {
      const owner = Wallet.createRandom();
      owner.getAddress = async () => "0xabc";
      expect(await failureOf(() => trial.seal(content, { owner }))).to.include({
        code: "MANIFEST_FIELD_INVALID",
        field: "owner",
      });
      expect(readdirSync(join(trial.dataDir, "sessions"))).to.deep.equal([sealed.manifest.sessionId]);
    });

    for (const [name, options] of Object.entries({
      sessionId: { sessionId: "6A979D3A-A72F-4E4E-85E6-4BDE08B16928" },
      chunkBytes: { chunkBytes: 16 * 2 ** 20 + 1 },
      startedAt: { startedAt: -1 },
      endedAt: { endedAt: 1.5 },
    })) {
      it(`a bad ${name}`, async () => {
        expect(await failureOf(() => trial.seal(content, options))).to.include({
          code: "SESSION_ARGUMENT_INVALID",
          argument: name,
        });
      });
    }

    it("times beyond the year 9999, given or added up, before anything is sealed", async () => {
      const last = 253_402_300_799;
      const given = { startedAt: last + 1, endedAt: last + 2 };
      expect(await failureOf(() => trial.seal(content, given))).to.include({
        code: "SESSION_ARGUMENT_INVALID",
        argument: "startedAt",
      });
      const cast = `{"version":2,"width":80,"height":24,"timestamp":${last}}\n[1, "o", "x"]\n`;
      const seen: number[] = [];
      const adding = () =>
        trial.seal(cast, { startedAt: undefined, endedAt: undefined, onProgress: () => seen.push(1) });
      expect(await failureOf(adding)).to.include({
        code: "SESSION_ARGUMENT_INVALID",
        argument: "endedAt",
        value: String(last + 1),
      });
      expect(seen).to.deep.equal([]);
      sealed = await trial.seal(content, { startedAt: 0, endedAt: last });
      expect(sealed.manifest).to.include({ startedAt: 0, endedAt: last });
    });

    it("more chunks than a manifest can list, before it seals the first", async () => {
      const source = trial.record("", "sparse.bin");
      truncateSync(source, 2 ** 20 + 1);
      expect(await failureOf(() => trial.seal(content, { source, chunkBytes: 1 }))).to.include({
        code: "SESSION_ARGUMENT_INVALID",
        argument: "chunkBytes",
      });
    });

    it("an end before the beginning", async () => {
      const times = { startedAt: STARTED_AT, endedAt: STARTED_AT - 1 };
      expect(await failureOf(() => trial.seal(content, times))).to.deep.equal({
        code: "MANIFEST_TIMES_REVERSED",
        ...times,
      });
    });

    it("a recording that somebody still writes to; nothing stays behind", async () => {
      const onProgress = () => appendFileSync(join(trial.folder, "recording.bin"), "more");
      expect(await failureOf(() => trial.seal(content, { onProgress }))).to.include({
        code: "SESSION_RECORDING_CHANGED",
      });
      expect(readdirSync(join(trial.dataDir, "sessions"))).to.deep.equal([sealed.manifest.sessionId]);
    });

    it("a signer that signs for somebody else", async () => {
      const liar = new Wallet(trial.owner.privateKey);
      liar.getAddress = () => Promise.resolve("0x000000000000000000000000000000000000dEaD");
      expect(await failureOf(() => trial.seal(content, { owner: liar }))).to.include({
        code: "SESSION_SIGNATURE_FOREIGN",
      });
    });
  });

  describe("an open that is killed", () => {
    const partials = () => readdirSync(trial.folder).filter((name) => name.endsWith(".partial"));

    it("leaves no plaintext once the same is opened again", async function () {
      this.timeout(30_000);
      const script = join(import.meta.dirname, "killed-open.ts");
      const child = spawn(process.execPath, [script, sealed.directory, destination(), trial.identity], {
        stdio: "inherit",
      });
      const signal = await new Promise((resolve) => child.once("exit", (_code, by) => resolve(by)));
      expect(signal).to.equal("SIGKILL");
      expect(existsSync(destination())).to.equal(false);
      expect(partials()).to.have.length(1);
      expect(statSync(join(trial.folder, partials()[0] ?? "")).mode & 0o777).to.equal(0o600);

      await open();
      expect(partials()).to.deep.equal([]);
      expect(readFileSync(destination())).to.deep.equal(content);
    });

    it("is cleared away also when its process id came back, but nobody else's is", async () => {
      const id = "3ca1602c-d317-4169-8520-11dc5778ad4a";
      const others = [
        `opened.${process.ppid}-${id}.partial`,
        `opened.partial`,
        `opened-too.${process.pid}-${id}.partial`,
      ];
      for (const name of [...others, `opened.${process.pid}-${id}.partial`]) {
        writeFileSync(join(trial.folder, name), "secret");
      }
      await open();
      expect(partials().sort()).to.deep.equal([...others].sort());
    });
  });

  describe("a seal that is killed", () => {
    it("leaves nothing that looks like a session, and the next seal clears it away", async function () {
      this.timeout(30_000);
      const source = trial.record(noise(20_000_000), "large.bin");
      const script = join(import.meta.dirname, "endless-seal.ts");
      const child = spawn(process.execPath, [script, source, trial.dataDir, trial.recipient], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));

      const folder = join(trial.dataDir, "sessions");
      const left = readdirSync(folder).filter((name) => name !== sealed.manifest.sessionId);
      expect(left).to.have.length(1);
      expect(left[0]).to.match(/^\.sealing-/);
      expect(readdirSync(join(folder, left[0] ?? ""))).not.to.include("manifest.json");

      await trial.seal("next");
      expect(readdirSync(folder).filter((name) => name.startsWith("."))).to.deep.equal([]);
    });

    it("by another process that still runs is left alone", async () => {
      const folder = join(trial.dataDir, "sessions");
      const running = join(folder, `.sealing-${process.ppid}-${sealed.manifest.sessionId}`);
      mkdirSync(running);
      await trial.seal("next");
      expect(existsSync(running)).to.equal(true);
    });
  });
});
