/**
 * Writes to a file's store until it is killed, and says on stdout what was acknowledged: one line a write, each
 * written before the next write begins. Arguments: the file, and the number of the first document.
 */
import { writeSync } from "node:fs";
import { beaconProof, newChunk, newSession, uuidOf } from "../../devnet/store-documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";

const [setting = "", first = "0"] = process.argv.slice(2);
const CHUNKS = 50;
const store = await openStore({ setting });
const acknowledge = (kind: string, id: number) => writeSync(1, `${kind} ${id}\n`);

acknowledge("open", 0);
for (let id = Number(first); ; id += 1) {
  await store.sessions.insert(newSession(id));
  acknowledge("session", id);
  await store.chunks.insertMany(Array.from({ length: CHUNKS }, (_, idx) => newChunk(id, idx)));
  acknowledge("chunks", id);
  await store.sessions.move(uuidOf(id), "sealed", "pending");
  acknowledge("pending", id);
  await store.taskProofs.insertMany([beaconProof({ id, node: 1, slot: 1 })]);
  acknowledge("proof", id);
}
