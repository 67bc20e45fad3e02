import { execFile } from "node:child_process";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { generateX25519Identity } from "age-encryption";
import { assert } from "chai";
import { JsonRpcProvider } from "ethers";
import { type LocalChain, startAnvil } from "../../devnet/anvil.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { findContract } from "../../offchain/contracts/deployment.ts";
import { ContractError } from "../../offchain/contracts/errors.ts";
import { LucidCheckpoints__factory } from "../../typechain-types/index.ts";
import { needAnvil } from "../support/evm-chain.ts";
import { rejection } from "../support/rejection.ts";
import { runJson, taskSettings } from "../support/run-task.ts";

const PROCESS = resolve(import.meta.dirname, "../support/earlier-deployment.ts");

interface Deployed {
  readonly anchors: string;
  readonly chunkStore: string;
  readonly checkpoints: string;
  readonly grants: readonly object[];
}

interface Failure {
  readonly error: { readonly code: string; readonly file: string };
}

describe("a deployment of the version without LucidCheckpoints", function () {
  this.timeout(180_000);
  let chain: LocalChain;
  let provider: JsonRpcProvider;
  let dataDir: string;
  let settings: Record<string, string>;
  let earlier: object;

  before(async function () {
    needAnvil(this);
    chain = await startAnvil();
    provider = new JsonRpcProvider(chain.url, undefined, { cacheTimeout: -1 });
    dataDir = await mkdtemp(join(tmpdir(), "lucid-earlier-"));
    settings = await taskSettings(chain, dataDir, await generateX25519Identity());
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", PROCESS], {
      env: { ...process.env, ...settings },
    });
    earlier = JSON.parse(stdout);
  });
  after(async () => {
    provider?.destroy();
    await chain?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  const find = (contract: "LucidAnchors" | "LucidCheckpoints") =>
    findContract(contract, provider, readSettings(settings));

  it("is read: what it has is found, and the error for what it lacks names the remedy", async () => {
    assert.include(earlier, { anchors: (await find("LucidAnchors")).address });
    const { details, message } = await rejection(find("LucidCheckpoints"), ContractError);
    assert.deepInclude(details, {
      code: "DEPLOYMENT_UNKNOWN",
      contract: "LucidCheckpoints",
      setting: "LUCID_CHECKPOINTS_ADDRESS",
    });
    assert.include(message, "npx hardhat deploy");
    assert.isNotEmpty(await runJson<object[]>(["role", "list"], settings));
  });

  it("is left as it is where Ignition's journal is missing", async () => {
    const folder = join(dataDir, "deployments", (await readdir(join(dataDir, "deployments")))[0] as string);
    const journal = join(folder, "journal.jsonl");
    await rename(journal, `${journal}.away`);
    const block = await provider.getBlockNumber();
    const { error } = await runJson<Failure>(["deploy"], settings, 1);
    assert.deepInclude(error, { code: "DEPLOYMENT_CORRUPT", file: journal });
    assert.equal(await provider.getBlockNumber(), block, "nothing was sent");
    await rename(`${journal}.away`, journal);
    assert.include(earlier, { anchors: (await find("LucidAnchors")).address });
  });

  it("is completed by deploy, which keeps the contracts and roles that are there", async () => {
    const roles = await runJson<object[]>(["role", "list"], settings);
    const block = await provider.getBlockNumber();
    const deployed = await runJson<Deployed>(["deploy"], settings);
    assert.deepInclude(deployed, { ...earlier, grants: [] });
    assert.equal(await provider.getBlockNumber(), block + 1, "one transaction");
    const checkpoints = LucidCheckpoints__factory.connect(deployed.checkpoints, provider);
    assert.equal(await checkpoints.ANCHORS(), deployed.anchors);
    assert.equal((await find("LucidCheckpoints")).address, deployed.checkpoints);
    assert.deepEqual(await runJson<object[]>(["role", "list"], settings), roles);
    assert.deepEqual(await runJson<Deployed>(["deploy"], settings), deployed);
    assert.equal(await provider.getBlockNumber(), block + 1, "and none when it is run again");
  });
});
