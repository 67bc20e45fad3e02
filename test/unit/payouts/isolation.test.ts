import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { assert } from "chai";

const ROOT = resolve(import.meta.dirname, "../../..");
/** Imports that remain at run time, and what they import from. */
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/gm;

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file));
}

const importsOf = (file: string) =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].map(
    ([, from, lazy]) => (from ?? lazy) as string,
  );

/** The files that a file imports at run time, directly and through others, and the packages. */
function reach(start: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const queue = [start];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const from of importsOf(file)) {
      if (from.startsWith(".")) queue.push(relative(ROOT, resolve(ROOT, dirname(file), from)));
      else packages.add(from);
    }
  }
  return { files, packages };
}

describe("payouts on TRON are apart", () => {
  it("nothing but the client and the local node names tronweb", () => {
    const naming = ["offchain", "tasks", "devnet", "scripts", "ignition"]
      .flatMap(sourcesIn)
      .filter((file) => importsOf(file).some((from) => /^tronweb(\/|$)/.test(from)));
    assert.include(naming, "offchain/payouts/tron-client.ts");
    assert.deepEqual(
      naming.filter((file) => file !== "offchain/payouts/tron-client.ts" && !file.startsWith("devnet/tron/")),
      [],
    );
  });

  it("nothing in core reaches them", () => {
    const core = ["config", "sessions", "store", "evm", "contracts", "anchoring", "consensus"];
    for (const file of core.flatMap((layer) => sourcesIn(`offchain/${layer}`))) {
      const { files, packages } = reach(file);
      assert.deepEqual(
        [...files].filter((one) => one.startsWith("offchain/payouts/")),
        [],
        file,
      );
      assert.isFalse(packages.has("tronweb"), file);
    }
  });

  it("planning, approving and explaining a month do not reach TRON", () => {
    for (const task of ["plan", "approve", "explain"]) {
      const { files, packages } = reach(`tasks/payout/${task}.ts`);
      assert.isTrue(files.has("offchain/payouts/statement.ts"), "the graph is followed");
      assert.isFalse(files.has("offchain/payouts/tron-client.ts"), task);
      assert.isFalse(packages.has("tronweb"), task);
    }
  });

  it("the service knows one collection and no statement files, chain or consensus", () => {
    const { files } = reach("offchain/payouts/payout-service.ts");
    const foreign =
      /^offchain\/(store\/(?!repositories\/repository|check|errors|fields|schema|documents)|evm|anchoring|consensus)/;
    assert.deepEqual(
      [...files].filter((file) => foreign.test(file)),
      [],
    );
    assert.isFalse(files.has("offchain/payouts/statement-folder.ts"));
  });
});
