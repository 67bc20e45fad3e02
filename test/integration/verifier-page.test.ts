import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { assert } from "chai";
import { Wallet } from "ethers";
import { type LocalChain, localKey } from "../../devnet/anvil.ts";
import { anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import { makeSessionProof } from "../../offchain/anchoring/make-proof.ts";
import { encodeSessionProof, type SessionProof } from "../../offchain/anchoring/proof-format.ts";
import { recordedSession } from "../../offchain/anchoring/recorded-session.ts";
import { sealSession } from "../../offchain/sessions/seal-session.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import { buildVerifier } from "../../scripts/build-verifier.ts";
import { anchoredVectors } from "../support/anchored-vectors.ts";
import { needChromium } from "../support/chromium.ts";
import { EvmChain, needAnvil, startProcess } from "../support/evm-chain.ts";
import { runTask, taskSettings } from "../support/run-task.ts";
import { VerifierPage, type VisitorFile } from "../support/verifier-page.ts";
import vectors from "../vectors/session-proofs.json" with { type: "json" };

interface DroppedFiles {
  readonly items: { add(file: File): void };
}

const SAMPLE = resolve(import.meta.dirname, "../../samples/text-tour.cast");
const CHUNK_BYTES = 8 * 1024;
const CHAIN_ID = 31337;
const SCREENSHOT = resolve(import.meta.dirname, "../../docs/verifier.png");

describe("the verifier page", function () {
  this.timeout(300_000);
  let chain: EvmChain;
  let dataDir: string;
  let settings: Record<string, string>;
  let page: VerifierPage;
  let single: SealedSession;
  let inTree: SealedSession;
  const proofs: Record<"single" | "tree" | "twin" | "elsewhere", SessionProof> = {} as never;
  const owner = new Wallet(localKey(2));

  before(async function () {
    const executable = needChromium(this);
    needAnvil(this);
    dataDir = await mkdtemp(join(tmpdir(), "lucid-verifier-"));
    chain = await EvmChain.start();
    const identity = await generateX25519Identity();
    settings = {
      ...(await taskSettings(chain.node, dataDir, identity)),
      LUCID_ANCHORS_ADDRESS: chain.anchorsAddress,
    };
    const recipients = [await identityToRecipient(identity)];
    const seal = (folder: string, rest: { sessionId?: string; startedAt?: number } = {}) =>
      sealSession({ source: SAMPLE, dataDir: folder, owner, recipients, chunkBytes: CHUNK_BYTES, ...rest });
    await using node = await startProcess(chain, { dataDir, env: { LUCID_CONFIRMATIONS: "1" } });
    const { anchors, store } = node;
    const prove = async (sealed: SealedSession, mode: "single" | "tree", others: SealedSession[] = []) => {
      await anchorSessions(
        { sessions: [sealed, ...others], mode, signer: chain.registrar },
        { anchors, store },
      );
      const recorded = await recordedSession(store, sealed.manifest.sessionId);
      return await makeSessionProof(sealed, recorded, anchors, { chainId: CHAIN_ID, confirmations: 1 });
    };
    single = await seal(dataDir);
    proofs.single = await prove(single, "single");
    inTree = await seal(dataDir);
    proofs.tree = await prove(inTree, "tree", [
      await seal(dataDir),
      await seal(dataDir),
      await seal(dataDir),
    ]);
    // What the same owner signed under the same id, which another store anchored.
    const twin = await seal(join(dataDir, "other"), { sessionId: single.manifest.sessionId, startedAt: 1 });
    await anchors.registerSession(chain.registrar, twin.session);
    const recorded = { session: twin.session, signature: twin.signature, registeredAt: undefined };
    proofs.twin = await makeSessionProof(
      twin,
      { ...recorded, txid: undefined, blockNumber: undefined, tree: undefined },
      anchors,
      { chainId: CHAIN_ID, confirmations: 1 },
    );
    const { transaction: _, blockNumber: __, ...unnamed } = proofs.single;
    proofs.elsewhere = unnamed;
    page = await VerifierPage.open(executable);
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await chain?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });
  beforeEach(async () => {
    await page.reload();
    await page.fill({ endpoint: chain.node.url, anchors: chain.anchorsAddress, confirmations: "1" });
  });

  const fileOf = (name: string, proof: SessionProof): VisitorFile => ({
    name,
    content: encodeSessionProof(proof),
  });

  /** What the command line says about a proof or a folder. */
  async function commandLine(subject: SessionProof | string, changes: Record<string, string> = {}) {
    let path = subject;
    if (typeof path !== "string") {
      path = join(dataDir, "checked.proof.json");
      await writeFile(path, encodeSessionProof(subject as SessionProof));
    }
    const { stdout } = await runTask(["session", "verify", path, "--json"], { ...settings, ...changes });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async function chunkFiles(directory: string): Promise<VisitorFile[]> {
    const folder = join(directory, "chunks");
    return await Promise.all(
      (await readdir(folder)).map(async (name) => ({ name, content: await readFile(join(folder, name)) })),
    );
  }

  it("is one file that comes out the same each time, and asks nobody but the endpoint", async () => {
    const built = await buildVerifier();
    assert.equal(await buildVerifier(), built);
    assert.notMatch(built, /(src|href)="/);
    assert.include(built, "default-src 'none'");
    await page.verify([fileOf("a.json", proofs.single)]);
    assert.isNotEmpty(page.requests);
    assert.deepEqual(
      [...new Set(page.requests.map((url) => new URL(url).origin))],
      [new URL(chain.node.url).origin],
    );
    const other = await page.page.evaluate(() =>
      fetch("http://127.0.0.1:9/", { mode: "no-cors" }).then(
        () => "sent",
        (error) => String(error),
      ),
    );
    assert.match(other, /Failed to fetch/);
    assert.match(page.errors.join("\n"), /Content Security Policy/);
  });

  it("gives the command line's document for a good proof, in a slot and in a tree", async () => {
    for (const proof of [proofs.single, proofs.tree]) {
      const [report] = await page.verify([fileOf("good.json", proof)]);
      assert.equal(report?.verdict, "verified", report?.text);
      assert.deepEqual(report?.json, await commandLine(proof));
      assert.include(report?.text, "It existed no later than");
    }
  });

  it("checks chunk files, and names the bent one as the command line does", async () => {
    const files = await chunkFiles(single.directory);
    const [good] = await page.verify([fileOf("p.json", proofs.single), ...files]);
    assert.equal(good?.verdict, "verified");
    assert.include(good?.text, `${files.length} of ${files.length} chunk files were chosen`);
    const [part] = await page.verify([fileOf("p.json", proofs.single), ...files.slice(1)]);
    assert.equal(part?.verdict, "verified", "whoever has a proof need not have all files");
    assert.include(part?.text, "Nothing is known about the other 1.");

    const bent = join(dataDir, "bent", single.manifest.sessionId);
    await cp(single.directory, bent, { recursive: true });
    const path = join(bent, "chunks", "000001.chunk");
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] as number) ^ 1;
    await writeFile(path, bytes);
    const said = await commandLine(bent);
    const [shown] = await page.verify([fileOf("p.json", proofs.single), ...(await chunkFiles(bent))]);
    assert.equal(shown?.verdict, said.verdict);
    assert.equal(shown?.verdict, "not verified");
    assert.deepEqual(shown?.json.findings, said.findings);
    assert.deepEqual(shown?.codes, ["Chunk files CHUNK_CORRUPT"]);
  });

  it("says who signed where it was not the owner", async () => {
    const forged = { ...proofs.single, ownerSignature: proofs.tree.ownerSignature };
    const [report] = await page.verify([fileOf("forged.json", forged)]);
    assert.deepEqual(report?.json, await commandLine(forged));
    assert.deepEqual(report?.codes, ["Owner's signature SESSION_SIGNATURE_FOREIGN"]);
    assert.include(report?.steps ?? [], "Manifest: trusted", "nobody vouches for it");
  });

  it("finds that an owner signed two contents, where both proofs are chosen", async () => {
    const both = [fileOf("first.json", proofs.single), fileOf("twin.json", proofs.twin)];
    const reports = await page.verify(both);
    const twin = reports.find(({ name }) => name === "twin.json");
    assert.deepEqual(twin?.json, await commandLine(proofs.twin));
    assert.deepEqual(twin?.codes, ["Owner's signature SESSION_EQUIVOCATED"]);
    assert.deepEqual(
      reports.map(({ verdict }) => verdict),
      ["not verified", "not verified"],
    );
  });

  it("finds that a session is not on this chain, or the endpoint serves another one", async () => {
    await using empty = await EvmChain.start();
    await page.fill({ endpoint: empty.node.url });
    const on = { ON_SYSTEM_CHAIN_RPC: empty.node.url };
    const [absent] = await page.verify([fileOf("absent.json", proofs.elsewhere)]);
    assert.deepEqual(absent?.json, await commandLine(proofs.elsewhere, on));
    assert.deepEqual(absent?.codes, ["Commitment on the chain SESSION_NOT_ANCHORED"]);

    const other = { ...proofs.single, chainId: "1" };
    const [differs] = await page.verify([fileOf("other.json", other)]);
    assert.deepEqual(differs?.json, await commandLine(other, on));
    assert.equal((differs?.json.error as { code: string }).code, "PROOF_CHAIN_DIFFERS");
  });

  it("does not confirm a contract that nobody vouches for, and believes no time of it", async () => {
    await page.fill({ anchors: "" });
    const [report] = await page.verify([fileOf("p.json", proofs.single)]);
    assert.equal(report?.verdict, "unconfirmed");
    assert.notProperty(report?.json, "anchor");
    assert.notInclude(report?.text, "Registered at");
  });

  it("checks without a chain what needs none, and says what it did not check", async () => {
    await page.fill({ endpoint: "" });
    const before = page.requests.length;
    const [report] = await page.verify([fileOf("p.json", proofs.tree)]);
    assert.equal(report?.verdict, "unchecked");
    assert.equal(page.requests.length, before);
    assert.include(report?.text, "the chain was not asked");
  });

  it("takes files that are dropped on it, and shows what they say only as text", async () => {
    const name = "<img src=x onerror=alert(1)>\u202e.json";
    await page.page.evaluate(
      ([fileName, content]) => {
        const files = new (globalThis as never as { DataTransfer: new () => DroppedFiles }).DataTransfer();
        files.items.add(new File([content as string], fileName as string));
        const Drop = (globalThis as never as { DragEvent: new (type: string, init: object) => Event })
          .DragEvent;
        const { body } = (globalThis as never as { document: { body: EventTarget } }).document;
        body.dispatchEvent(new Drop("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
      },
      [name, "{}"],
    );
    const [report] = await page.verify();
    assert.equal((report?.json.error as { code: string }).code, "PROOF_MALFORMED");
    assert.include(report?.text, "<img src=x onerror=alert(1)>\\u202e.json");
    assert.equal(await page.page.locator("img").count(), 0);
  });

  it("says in plain words what is wrong with a field or an endpoint", async () => {
    await page.fill({ anchors: "0x12" });
    assert.isEmpty(await page.verify([fileOf("p.json", proofs.single)]));
    assert.match(await page.status(), /^ARGUMENT_INVALID: the address of LucidAnchors is "0x12"/);
    await page.fill({ anchors: "", endpoint: "http://127.0.0.1:9" });
    const [report] = await page.verify([fileOf("p.json", proofs.single)]);
    assert.equal((report?.json.error as { code: string }).code, "RPC_UNREACHABLE");
    const [broken] = await page.verify([{ name: "broken.json", content: "{" }]);
    assert.equal((broken?.json.error as { code: string }).code, "PROOF_MALFORMED");
  });

  it("looks as docs/verifier.png shows it", async () => {
    await page.verify([fileOf("text-tour.proof.json", proofs.tree), ...(await chunkFiles(inTree.directory))]);
    const picture = await page.page.screenshot({ fullPage: true });
    assert.isAbove(picture.length, 10_000);
    if (process.env.LUCID_SCREENSHOTS !== undefined) await writeFile(SCREENSHOT, picture);
  });

  it("fits on a phone, in the dark, and can be used without a mouse", async () => {
    await page.page.setViewportSize({ width: 360, height: 740 });
    await page.page.emulateMedia({ colorScheme: "dark" });
    await page.verify([fileOf("phone.json", proofs.tree)]);
    const width = await page.page.evaluate<number>("document.documentElement.scrollWidth");
    assert.isAtMost(width, 360, "nothing is cut off or scrolls sideways");
    assert.equal(await page.page.evaluate("document.activeElement.className"), "verdict");
    const unlabelled = await page.page.evaluate(
      `[...document.querySelectorAll("input")].filter((input) => input.labels.length === 0).map(({ id }) => id)`,
    );
    assert.deepEqual(unlabelled, []);
    await page.page.focus("#verify");
    const runs = await page.page.getAttribute("body", "data-runs");
    await page.page.keyboard.press("Enter");
    await page.page.waitForSelector(`body:not([data-runs="${runs}"])`);
    await page.page.emulateMedia({ colorScheme: "light" });
    await page.page.setViewportSize({ width: 900, height: 1_000 });
  });
});

describe("the verifier page and the golden vectors of session proofs", function () {
  this.timeout(300_000);
  let node: LocalChain;
  let page: VerifierPage;

  before(async function () {
    const executable = needChromium(this);
    needAnvil(this);
    node = await anchoredVectors();
    page = await VerifierPage.open(executable);
    await page.fill({ endpoint: node.url, confirmations: "1", anchors: vectors.chain.contract });
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  const check = async (content: string) => (await page.verify([{ name: "vector.json", content }]))[0];

  it("are verified, with their times", async () => {
    for (const { name, proof, registeredAt } of vectors.verified) {
      const report = await check(JSON.stringify(proof));
      assert.equal(report?.verdict, "verified", `${name}: ${report?.text}`);
      assert.equal((report?.json.anchor as { registeredAt: number }).registeredAt, registeredAt, name);
    }
  });

  it("are refused for the same reasons", async () => {
    for (const { name, proof, findings } of vectors.refused) {
      const report = await check(JSON.stringify(proof));
      const codes = new Set((report?.json.findings as { code: string }[]).map(({ code }) => code));
      assert.sameMembers([...codes], findings, name);
      assert.sameMembers([...new Set(report?.codes.map((code) => code.split(" ").at(-1)))], findings, name);
      assert.equal(report?.verdict, "not verified", name);
    }
  });

  it("are not read where they are malformed", async () => {
    for (const { name, text } of vectors.malformed) {
      const report = await check(text);
      assert.equal((report?.json.error as { code: string } | undefined)?.code, "PROOF_MALFORMED", name);
    }
  });
});
