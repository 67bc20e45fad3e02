/**
 * Closes a slot of a file's store, and says on stdout how many tallies were taken from it: one line every thousand.
 * Arguments: the file, the slot, and how many entities.
 */
import { writeSync } from "node:fs";
import { newTally, newTallyHead } from "../../devnet/store-documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";

const [setting = "", slot = "0", count = "0"] = process.argv.slice(2);
await using store = await openStore({ setting });

function* tallies() {
  for (let entity = 1; entity <= Number(count); entity += 1) {
    if (entity % 1_000 === 0) writeSync(1, `${entity}\n`);
    yield newTally(entity);
  }
}

await store.slotTallies.close(Number(slot), newTallyHead(1, 1), tallies());
