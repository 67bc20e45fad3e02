import { execFileSync } from "node:child_process";
import { assert } from "chai";

/** In a process of its own: in this one, other tests have loaded the driver. */
const PROGRAM = `
import { createRequire } from "node:module";
import { openStore } from "./offchain/store/open-store.ts";
await using store = await openStore({ setting: "memory:" });
const loaded = Object.keys(createRequire(import.meta.url).cache);
console.log(loaded.filter((path) => /node_modules.mongodb./.test(path)).length);
`;

describe("opening a store in a file", function () {
  this.timeout(20_000);

  it("does not load MongoDB's driver, not even to migrate", () => {
    const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
      encoding: "utf8",
    });
    assert.equal(printed.trim(), "0");
  });
});
