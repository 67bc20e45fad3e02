import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { assert } from "chai";
import { decodeRlp } from "ethers";
import { extraDataOf, validatorOf } from "../../../deployment/besu/network.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const SCRIPT = join(ROOT, "deployment/besu/write-network.ts");
const FUNDED = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

describe("the network of Besu", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lucid-besu-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (...args: string[]) =>
    spawnSync(process.execPath, [SCRIPT, folder, ...args], { cwd: ROOT, encoding: "utf8" });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  it("has extra data as Besu's documentation shows it", () => {
    // From Besu's page on QBFT: one validator, no vote, round 0.
    const [, ...rest] = decodeRlp(extraDataOf(["0x4592c8e45706cc08b8f44b11e43cba0cfc5892cb"])) as unknown[];
    assert.deepEqual(rest, [["0x4592c8e45706cc08b8f44b11e43cba0cfc5892cb"], [], "0x", []]);
    assert.equal(
      extraDataOf(["0x4592c8e45706cc08b8f44b11e43cba0cfc5892cb"]),
      `0xf83aa0${"00".repeat(32)}d5944592c8e45706cc08b8f44b11e43cba0cfc5892cbc080c0`,
    );
  });

  it("is written once: keys and genesis block are kept", () => {
    assert.equal(write(FUNDED).status, 0);
    const before = ["genesis.json", "static-nodes.json", "1/key", "4/key"].map(read);
    assert.equal(write(FUNDED).status, 0);
    assert.deepEqual(["genesis.json", "static-nodes.json", "1/key", "4/key"].map(read), before);
  });

  it("names the validators that have the keys, and funds who was named", () => {
    const { stdout } = write(FUNDED);
    const addresses = [1, 2, 3, 4].map((place) => validatorOf(read(`${place}/key`)).address);
    assert.include(stdout, addresses.join(" "));
    const genesis = JSON.parse(read("genesis.json"));
    const [, validators] = decodeRlp(genesis.extraData) as [string, string[]];
    assert.sameMembers(
      validators,
      addresses.map((address) => address.toLowerCase()),
    );
    assert.deepEqual(Object.keys(genesis.alloc), [FUNDED]);
    const enodes = JSON.parse(read("static-nodes.json"));
    for (const [place, enode] of enodes.entries()) {
      assert.match(enode, /^enode:\/\/[0-9a-f]{128}@172\.30\.1\.\d+:30303$/);
      assert.include(enode, `@172.30.1.${11 + place}:`);
    }
  });

  it("refuses what is not an address", () => {
    const { status, stderr } = write("0x1234");
    assert.equal(status, 2);
    assert.include(stderr, "0x1234");
    assert.equal(write().status, 2);
  });
});
