import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { generateX25519Identity } from "age-encryption";
import { assert } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";
import { type LocalChain, localKey, startAnvil } from "../../devnet/anvil.ts";
import { LucidAnchors__factory } from "../../typechain-types/index.ts";
import { needAnvil } from "../support/evm-chain.ts";
import { FlakyEndpoint } from "../support/flaky-endpoint.ts";
import { runJson, runTask, spawnTask, taskSettings } from "../support/run-task.ts";

const SAMPLES = resolve(import.meta.dirname, "../../samples");
/** Slow enough that a process can be killed while its transactions wait for a block. */
const BLOCK_TIME_SECONDS = 1;

/** The id of no session. */
const NOWHERE = "11111111-2222-4333-8444-555555555555";

/** How often a test looks whether a transaction is on its way. */
const LOOK_MS = 25;
/** About when the transaction is on its way and the next block has not come. */
const KILL_AFTER_MS = 150;

interface Deployed {
  readonly anchors: string;
  readonly chunkStore: string;
  readonly grants: readonly object[];
}
interface Verified {
  readonly verified: boolean;
  readonly verdict: string;
  readonly anchoredAt?: string;
  readonly contract: { readonly address: string; readonly isKnown: boolean };
  readonly findings: readonly { readonly code: string }[];
}
interface Sealed {
  readonly session: string;
  readonly directory: string;
  readonly chunks: number;
}
interface Anchored {
  readonly session: string;
  readonly anchored: "now" | "before";
  readonly mode: string;
  readonly transaction: string;
}
interface Failure {
  readonly error: { readonly code: string; readonly message: string };
}

describe("the session tasks, as processes against anvil", function () {
  this.timeout(180_000);
  let chain: LocalChain;
  let settings: Record<string, string>;
  let dataDir: string;
  let deployed: Deployed;
  let sealed: Sealed[];

  before(async function () {
    needAnvil(this);
    chain = await startAnvil({ blockTime: BLOCK_TIME_SECONDS });
    dataDir = await mkdtemp(join(tmpdir(), "lucid-tasks-"));
    settings = await taskSettings(chain, dataDir, await generateX25519Identity());
    deployed = await runJson<Deployed>(["deploy"], settings);
    sealed = await runJson<Sealed[]>(["session", "seal", SAMPLES, "--chunk-bytes", "1048576"], settings);
  });

  after(async () => {
    await chain?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  /** Of a machine that knows an endpoint and nothing else. */
  const bare = () => ({ ON_SYSTEM_CHAIN_RPC: chain.url, LUCID_DATA_DIR: join(dataDir, "nothing") });
  const codesOf = ({ findings }: Verified) => findings.map(({ code }) => code);
  const proofFile = async (id: string, env = settings) => {
    const file = join(dataDir, `${id}.proof.json`);
    await runJson(["session", "proof", id, "--out", file], env);
    return file;
  };
  const sealOne = async () => {
    const [one] = await runJson<Sealed[]>(["session", "seal", join(SAMPLES, "first-steps.cast")], settings);
    return one?.session as string;
  };
  const session = (index: number) => sealed[index]?.session as string;

  it("deploy again changes nothing and finds the same addresses", async () => {
    const provider = new JsonRpcProvider(chain.url);
    const admin = new Wallet(localKey(0)).address;
    const before = await provider.getTransactionCount(admin);
    assert.deepEqual(deployed.grants, [
      { contract: "LucidAnchors", role: "REGISTRAR", account: new Wallet(localKey(1)).address },
      { contract: "LucidChunkStore", role: "UPLOADER", account: new Wallet(localKey(1)).address },
    ]);
    assert.deepEqual(await runJson<Deployed>(["deploy"], settings), { ...deployed, grants: [] });
    assert.equal(await provider.getTransactionCount(admin), before, "transactions of the admin");
    provider.destroy();
  });

  it("deploy with another admin's key changes nothing, and says whose contracts are there", async () => {
    const other = { ...settings, LUCID_ADMIN_KEY: localKey(6) };
    const { error } = await runJson<Failure>(["deploy"], other, 1);
    assert.equal(error.code, "DEPLOYMENT_FAILED");
    assert.deepEqual(await runJson<Deployed>(["deploy"], settings), { ...deployed, grants: [] });
  });

  it("anchor, killed with transactions on their way and run again, anchors every session once", async () => {
    const ids = sealed.slice(0, 4).map((one) => one.session);
    const provider = new JsonRpcProvider(chain.url, undefined, { cacheTimeout: -1 });
    const registrar = new Wallet(localKey(1)).address;
    const before = await provider.getTransactionCount(registrar, "pending");
    const killed = spawnTask(["session", "anchor", "--one-by-one", ...ids], settings);
    const ended = new Promise<unknown>((done) => killed.once("close", (_code, signal) => done(signal)));
    while (
      (await provider.getTransactionCount(registrar, "pending")) === before &&
      killed.exitCode === null
    ) {
      await sleep(LOOK_MS);
    }
    killed.kill("SIGKILL");
    assert.equal(await ended, "SIGKILL", "it was killed before it ended");
    const rows = await runJson<Anchored[]>(["session", "anchor", "--one-by-one", ...ids], settings);
    assert.sameMembers(
      rows.map((row) => row.session),
      ids,
    );

    const anchors = LucidAnchors__factory.connect(deployed.anchors, provider);
    const events = await anchors.queryFilter(anchors.filters.SessionRegistered(), 0);
    assert.lengthOf(events, ids.length, "one event a session");
    const sent = await provider.getTransactionCount(registrar);
    assert.equal(sent, ids.length, "one transaction a session, none in vain");
    provider.destroy();
  });

  it("anchor, interrupted while it waits for a block, says so in one line, and goes on when it is run again", async () => {
    const id = await sealOne();
    const provider = new JsonRpcProvider(chain.url, undefined, { cacheTimeout: -1 });
    const registrar = new Wallet(localKey(1)).address;
    await provider.send("evm_setIntervalMining", [0]);
    const before = await provider.getTransactionCount(registrar, "pending");
    const child = spawnTask(["session", "anchor", id], settings);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
    const ended = new Promise<unknown>((done) => child.once("close", (code) => done(code)));
    while ((await provider.getTransactionCount(registrar, "pending")) === before) await sleep(LOOK_MS);
    child.kill("SIGINT");
    assert.equal(await ended, 130, output);
    assert.match(output, /^Error MONITOR_CLOSED: .*the next run continues/m);
    assert.notMatch(output, /\n\s+at /, "a stack");
    await provider.send("evm_setIntervalMining", [BLOCK_TIME_SECONDS]);
    await runJson(["session", "anchor", id], settings);
    assert.equal(await provider.getTransactionCount(registrar), before + 1, "one transaction for both runs");
    provider.destroy();
  });

  it("a tree, killed while it is sent, is anchored once, whoever else comes along", async () => {
    const fresh = [await sealOne(), await sealOne(), await sealOne()];
    const [a, b, c] = fresh as [string, string, string];
    const killed = spawnTask(["session", "anchor", "--tree", a, b], settings);
    await new Promise<void>((done) => {
      killed.stderr?.on("data", (text) => {
        if (String(text).includes("anchoring a tree"))
          setTimeout(() => killed.kill("SIGKILL"), KILL_AFTER_MS);
      });
      killed.once("close", () => done());
    });
    const rows = await runJson<Anchored[]>(["session", "anchor", "--tree", a, b, c], settings);
    assert.lengthOf(rows, fresh.length);
    const provider = new JsonRpcProvider(chain.url);
    const anchors = LucidAnchors__factory.connect(deployed.anchors, provider);
    const trees = await anchors.queryFilter(anchors.filters.SessionTreeRegistered(), 0);
    const sessionsInTrees = trees.reduce((sum, { args }) => sum + Number(args.sessionCount), 0);
    assert.equal(sessionsInTrees, fresh.length, "each session is in one tree");
    provider.destroy();
  });

  it("an id may be shortened to what no other begins with", async () => {
    const [a, b] = [session(4), session(5)];
    let common = 0;
    while (a[common] === b[common]) common += 1;
    const answer = await runJson<Verified & { session: string }>(
      ["session", "verify", a.slice(0, Math.max(8, common + 1))],
      settings,
      1,
    );
    assert.equal(answer.session, a);
    // A second session whose id begins the same.
    const twin = `${a.slice(0, 8)}-0000-4000-8000-000000000000`;
    await mkdir(join(dataDir, "sessions", twin));
    const { error } = await runJson<Failure>(["session", "verify", a.slice(0, 8)], settings, 1);
    assert.equal(error.code, "SESSION_ID_AMBIGUOUS");
    assert.include(error.message, twin);
    await rm(join(dataDir, "sessions", twin), { recursive: true });
  });

  it("verify agrees with what was anchored, alone and in a tree", async () => {
    const rows = await runJson<Anchored[]>(["session", "anchor", "--tree", session(4), session(5)], settings);
    assert.deepEqual(new Set(rows.map(({ mode }) => mode)), new Set(["tree"]));
    assert.equal(new Set(rows.map(({ transaction }) => transaction)).size, 1, "one transaction for both");
    for (const id of [session(0), session(4)]) {
      const answer = await runJson<{ verified: boolean }>(["session", "verify", id], settings);
      assert.isTrue(answer.verified, id);
    }
  });

  it("anchoring a tree again sends nothing, also when its proofs were lost with the store", async () => {
    const registrar = new Wallet(localKey(1)).address;
    const provider = new JsonRpcProvider(chain.url);
    const before = await provider.getTransactionCount(registrar);
    const emptied = { ...settings, LUCID_STORE: join(dataDir, "another.db") };
    const rows = await runJson<Anchored[]>(["session", "anchor", "--tree", session(5), session(4)], emptied);
    assert.deepEqual(new Set(rows.map(({ mode }) => mode)), new Set(["tree"]));
    assert.equal(await provider.getTransactionCount(registrar), before, "transactions of the registrar");
    assert.isTrue(
      (await runJson<{ verified: boolean }>(["session", "verify", session(4)], emptied)).verified,
    );
    provider.destroy();
  });

  it("a proof verifies with an endpoint and the contract's address, and not when a field of it is changed", async () => {
    for (const id of [session(0), session(4)]) {
      const file = await proofFile(id);
      const trusting = ["session", "verify", file, "--contract", deployed.anchors];
      const answer = await runJson<Verified>(trusting, bare());
      assert.isTrue(answer.verified, id);
      assert.deepInclude(answer.contract, { address: deployed.anchors, isKnown: true });

      const proof = JSON.parse(await readFile(file, "utf8"));
      proof.session.startedAt += 1;
      await writeFile(file, JSON.stringify(proof));
      const changed = await runJson<Verified>(trusting, bare(), 1);
      assert.deepEqual(codesOf(changed), [
        "PROOF_SESSION_DIFFERS",
        id === session(0) ? "SESSION_NOT_ANCHORED" : "PROOF_PATH_INVALID",
      ]);
    }
  });

  it("a proof alone is consistent and no more: exit code 2, no date, and how to confirm it", async () => {
    const file = await proofFile(session(0));
    const answer = await runJson<Verified>(["session", "verify", file], bare(), 2);
    assert.isFalse(answer.verified);
    assert.equal(answer.verdict, "unconfirmed");
    assert.notProperty(answer, "anchoredAt");
    assert.notProperty(answer, "anchor");
    const { code, stdout } = await runTask(["session", "verify", file], bare());
    assert.equal(code, 2);
    assert.include(stdout, "NOT confirmed");
    assert.include(stdout, "--contract");
    assert.notMatch(stdout, /\d{4}-\d\d-\d\dT/, "a date");
    const known = { ...bare(), LUCID_ANCHORS_ADDRESS: deployed.anchors };
    assert.equal((await runJson<Verified>(["session", "verify", file], known)).verdict, "verified");
    const foreign = ["session", "verify", file, "--contract", deployed.chunkStore];
    assert.deepEqual(codesOf(await runJson<Verified>(foreign, known, 1)), ["PROOF_CONTRACT_DIFFERS"]);
  });

  it("a shifted block number has its own error", async () => {
    const file = await proofFile(session(0));
    const proof = JSON.parse(await readFile(file, "utf8"));
    for (const shift of [-1, 1, 1_000_000]) {
      await writeFile(file, JSON.stringify({ ...proof, blockNumber: proof.blockNumber + shift }));
      const answer = await runJson<Verified>(["session", "verify", file], settings, 1);
      assert.deepEqual(codesOf(answer), ["PROOF_TRANSACTION_DIFFERS"], String(shift));
    }
    await writeFile(file, JSON.stringify({ ...proof, chainId: "1" }));
    const { error } = await runJson<Failure>(["session", "verify", file], settings, 1);
    assert.equal(error.code, "PROOF_CHAIN_DIFFERS");
  });

  it("an endpoint that serves no logs is enough to verify a folder and a proof, with their dates", async () => {
    await using endpoint = await FlakyEndpoint.before(chain.url);
    endpoint.only = ["eth_getLogs"];
    endpoint.fault = { kind: "refusing", message: "the method eth_getLogs does not exist" };
    const without = { ...settings, ON_SYSTEM_CHAIN_RPC: endpoint.url };
    for (const id of [session(0), session(4)]) {
      const { anchoredAt } = await runJson<Verified>(["session", "verify", id], settings);
      const file = await proofFile(id, without);
      for (const named of [id, file]) {
        const answer = await runJson<Verified>(["session", "verify", named], without);
        assert.equal(answer.verdict, "verified", named);
        assert.equal(answer.anchoredAt, anchoredAt, named);
      }
    }
    assert.include(endpoint.asked, "eth_getLogs", "it was asked, and not needed");
  });

  it("an endpoint that keeps no old state is enough to tell what is final from what is not", async () => {
    await using endpoint = await FlakyEndpoint.before(chain.url);
    endpoint.fault = { kind: "pruned" };
    await runJson(["session", "anchor", session(0)], settings);
    await sleep(5 * BLOCK_TIME_SECONDS * 1_000);
    const pruned = { ...settings, ON_SYSTEM_CHAIN_RPC: endpoint.url };
    const few = await runJson<Verified>(["session", "verify", session(0)], {
      ...pruned,
      LUCID_CONFIRMATIONS: "3",
    });
    assert.equal(few.verdict, "verified");
    const many = { ...pruned, LUCID_CONFIRMATIONS: "7000" };
    assert.deepEqual(codesOf(await runJson<Verified>(["session", "verify", session(0)], many, 1)), [
      "SESSION_NOT_FINAL",
    ]);
    const fresh = await sealOne();
    await runJson(["session", "anchor", fresh], settings);
    const soon = { ...pruned, LUCID_CONFIRMATIONS: "50" };
    assert.deepEqual(codesOf(await runJson<Verified>(["session", "verify", fresh], soon, 1)), [
      "SESSION_NOT_FINAL",
    ]);
  });

  it("an id is looked up in the data folder, and its folder must hold that session", async () => {
    const [a, b] = [sealed[0], sealed[1]] as [Sealed, Sealed];
    const kept = `${a.directory}.kept`;
    await rename(a.directory, kept);
    await cp(b.directory, a.directory, { recursive: true });
    try {
      const answer = await runJson<Verified>(["session", "verify", a.session], settings, 1);
      assert.deepEqual(codesOf(answer), ["SESSION_ID_DIFFERS"]);
      const text = await runTask(["session", "verify", a.session], settings);
      assert.include(text.stdout, "\nThe session is NOT verified.\n");
      const others = [
        ["open", a.session],
        ["proof", a.session],
        ["anchor", a.session],
      ];
      for (const args of others) {
        const { error } = await runJson<Failure>(["session", ...args], settings, 1);
        assert.equal(error.code, "SESSION_ID_DIFFERS", args.join(" "));
      }
    } finally {
      await rm(a.directory, { recursive: true });
      await rename(kept, a.directory);
    }
    assert.isTrue(
      (await runJson<Verified>(["session", "verify", a.directory], settings)).verified,
      "by its path",
    );
  });

  it("a folder in the working directory does not stand in for an id", async () => {
    const here = join(process.cwd(), NOWHERE);
    await cp((sealed[0] as Sealed).directory, here, { recursive: true });
    try {
      const { error } = await runJson<Failure>(["session", "verify", NOWHERE], settings, 1);
      assert.equal(error.code, "SESSION_NOT_FOUND");
      const byPath = await runJson<Verified>(["session", "verify", `./${NOWHERE}`], settings, 1);
      assert.deepEqual(codesOf(byPath), ["SESSION_ID_DIFFERS"], "a path is a path");
    } finally {
      await rm(here, { recursive: true });
    }
  });

  it("deploying again brings no revoked role back", async () => {
    const registrar = new Wallet(localKey(1)).address;
    const roles = ["REGISTRAR", "UPLOADER"];
    for (const role of roles) await runJson(["role", "revoke", role, registrar], settings);
    const again = await runJson<Deployed>(["deploy"], settings);
    assert.deepEqual(again.grants, []);
    const holders = await runJson<{ account: string }[]>(["role", "list"], settings);
    assert.notInclude(
      holders.map(({ account }) => account),
      registrar,
    );
    // The advice for a record that cannot be read is to delete it.
    const [folder] = await readdir(join(dataDir, "deployments"));
    await rm(join(dataDir, "deployments", folder as string, "lucid.json"));
    const anew = await runJson<Deployed>(["deploy"], settings);
    assert.deepEqual([anew.anchors, anew.grants], [deployed.anchors, []]);
    for (const role of roles) await runJson(["role", "grant", role, registrar], settings);
  });

  it("chunks are recorded, moved and proven; a session of a tree gets its slot on the way", async () => {
    const largest = sealed.find(({ chunks }) => chunks > 1) as Sealed;
    for (const id of [largest.session, session(4)]) await runJson(["chunk", "store", id], settings);
    const again = await runJson<{ runs: unknown[] }>(["chunk", "store", largest.session], settings);
    assert.isEmpty(again.runs, "nothing is recorded twice");
    await runJson(["chunk", "update", largest.session, "0", "2", "--status", "replicated"], settings);
    const status = await runJson<{ recorded: number; chunks: { status: string }[] }>(
      ["chunk", "status", largest.session],
      settings,
    );
    assert.equal(status.recorded, largest.chunks);
    assert.deepEqual(
      status.chunks.map((chunk) => chunk.status),
      ["Replicated", "Stored", "Replicated", "Stored"],
    );
    const proven = await runJson<{ segmentIndex: number }>(
      ["chunk", "prove", largest.session, "3"],
      settings,
    );
    assert.isAtLeast(proven.segmentIndex, 0);
  });

  it("anchor has nothing to do where no session waits, and that is no failure", async () => {
    assert.deepEqual(await runJson<Anchored[]>(["session", "anchor"], settings), []);
  });

  it("open gives the recording back", async () => {
    const out = join(dataDir, "opened.cast");
    await runJson(["session", "open", session(1), "--out", out], settings);
    assert.deepEqual(await readFile(out), await readFile(join(SAMPLES, "first-steps.cast")));
  });

  it("a paused contract takes nothing in, and says how to go on", async () => {
    const id = await sealOne();
    await runJson(["pause"], settings);
    const { error } = await runJson<Failure>(["session", "anchor", id], settings, 1);
    assert.equal(error.code, "CONTRACT_REVERTED");
    assert.include(error.message, "EnforcedPause");
    assert.include(error.message, "npx hardhat unpause");
    await runJson(["unpause"], settings);
    await runJson(["session", "anchor", id], settings);
  });

  it("the last admin cannot be revoked", async () => {
    const admin = new Wallet(localKey(0)).address;
    const { error } = await runJson<Failure>(["role", "revoke", "ADMIN", admin], settings, 1);
    assert.equal(error.code, "LAST_ADMIN");
  });

  it("an account without the role is named, and gets it by role grant", async () => {
    const id = await sealOne();
    const stranger = new Wallet(localKey(5));
    const asStranger = { ...settings, LUCID_REGISTRAR_KEY: stranger.privateKey };
    const { error } = await runJson<Failure>(["session", "anchor", id], asStranger, 1);
    assert.include(error.message, "AccessControlUnauthorizedAccount");
    assert.include(error.message, stranger.address);
    await runJson(["role", "grant", "REGISTRAR", stranger.address], settings);
    await runJson(["session", "anchor", id], asStranger);
    await runJson(["role", "revoke", "REGISTRAR", stranger.address], settings);
    const holders = await runJson<{ account: string }[]>(["role", "list"], settings);
    assert.notInclude(
      holders.map(({ account }) => account),
      stranger.address,
    );
  });

  it("a flipped byte is found and its chunk is named, by people's and by machines' output", async () => {
    const largest = sealed.find(({ chunks }) => chunks > 1) as Sealed;
    const file = join(largest.directory, "chunks", "000002.chunk");
    const bytes = await readFile(file);
    const flipped = Buffer.from(bytes);
    flipped[1000] = (flipped[1000] ?? 0) ^ 1;
    await writeFile(file, flipped);
    const { code, stdout } = await runTask(["session", "verify", largest.session], settings);
    assert.equal(code, 1);
    assert.include(stdout, "Chunk 2 was altered");
    assert.include(stdout, "NOT verified");
    const answer = await runJson<{ findings: object[] }>(["session", "verify", largest.session], settings, 1);
    assert.deepInclude(answer.findings[0], { subject: "files", code: "CHUNK_CORRUPT", idx: 2 });
    await writeFile(file, bytes);
  });

  it("a file of JSON that is not there may have been a proof, and the error says so", async () => {
    for (const [file, text] of [
      ["nothing.json", /neither a session proof nor a session's manifest/],
      ["nothing", /^There is no session at /],
    ] as const) {
      const { error } = await runJson<Failure>(["session", "verify", join(dataDir, file)], settings, 1);
      assert.equal(error.code, "SESSION_NOT_FOUND");
      assert.match(error.message, text);
    }
  });

  it("each bad input is one line with its code, and no stack", async () => {
    const nowhere = { ...settings, ON_SYSTEM_CHAIN_RPC: "http://127.0.0.1:9" };
    const cases: [string[], Record<string, string>, string][] = [
      [["session", "verify", session(0)], nowhere, "RPC_UNREACHABLE"],
      [["session", "verify", NOWHERE], nowhere, "SESSION_NOT_FOUND"],
      [["session", "verify", "nope"], nowhere, "SESSION_NOT_FOUND"],
      [["session", "verify", "00000000"], nowhere, "SESSION_NOT_FOUND"],
      [["session", "proof", NOWHERE], nowhere, "SESSION_NOT_FOUND"],
      [["session", "anchor", NOWHERE], nowhere, "SESSION_NOT_FOUND"],
      [["chunk", "status", NOWHERE], nowhere, "SESSION_NOT_FOUND"],
      [["session", "verify", join(dataDir, "nothing.json")], nowhere, "SESSION_NOT_FOUND"],
      [["session", "verify", join(SAMPLES, "README.md")], nowhere, "PROOF_MALFORMED"],
      [["session", "verify", "/dev/null"], nowhere, "FILE_NOT_REGULAR"],
      [["session", "verify", session(0), "--contract", "0x12"], nowhere, "ARGUMENT_INVALID"],
      [["session", "seal", join(SAMPLES, "README.md")], settings, "SESSION_STARTED_AT_MISSING"],
      [["session", "seal", join(dataDir, "none.cast")], settings, "SESSION_RECORDING_UNREADABLE"],
      [["session", "seal", SAMPLES], { ...settings, LUCID_OWNER_KEY: "0x12" }, "KEY_INVALID"],
      [["session", "seal", SAMPLES], { ...settings, LUCID_AGE_RECIPIENTS: "" }, "SETTING_MISSING"],
      [
        ["session", "open", session(0)],
        { ...settings, LUCID_AGE_IDENTITY: "nonsense" },
        "SESSION_IDENTITY_INVALID",
      ],
      [["chunk", "prove", session(0), "99"], settings, "CHUNK_INDEX_OUT_OF_RANGE"],
      [["session", "anchor", "--queue", "--tree"], settings, "ARGUMENT_INVALID"],
      [["role", "grant", "KING", deployed.anchors], settings, "ARGUMENT_INVALID"],
      [["role", "grant", "ADMIN", "0x12"], settings, "ARGUMENT_INVALID"],
    ];
    for (const [args, env, code] of cases) {
      const { code: exitCode, stdout, stderr } = await runTask(args, env);
      assert.equal(exitCode, 1, `${args.join(" ")}: ${stdout}${stderr}`);
      assert.include(`${stdout}${stderr}`, code, args.join(" "));
      assert.notMatch(stderr, /\n\s+at /, `${args.join(" ")} printed a stack`);
      assert.notInclude(`${stdout}${stderr}`, settings.LUCID_OWNER_KEY as string, "a key was printed");
    }
  });
});
