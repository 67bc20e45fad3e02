import type { ChainView } from "../consensus/node/open-chain-view.ts";
import type { RecordedChunks } from "../store/repositories/recorded-chunks.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import { firstDifference, type Report } from "./finding.ts";

const FIELDS = [
  "commitment",
  "idx",
  "sizeBytes",
  "ciphertextSha256",
  "contentRoot",
  "blockNumber",
  "blockHash",
  "logIndex",
] as const;

/**
 * Holds the store's copy of the corpus to the chain's events, which the audit's own view has read into a store of its own.
 * What the copy lacks is no fault: nodes write it as they read the chain.
 */
export async function auditRecordedChunks(
  copies: RecordedChunks,
  { corpus, confirmed }: Pick<ChainView, "corpus" | "confirmed">,
  report: Report,
  signal?: AbortSignal,
): Promise<number> {
  const newest = await confirmed.newest();
  const size = newest === undefined ? 0 : await corpus.size(newest);
  let count = 0;
  for await (const copy of eachDocument((page) => copies.allById(page))) {
    signal?.throwIfAborted();
    count += 1;
    const { _id: position } = copy;
    // A node with fewer confirmations left may have read further.
    if (newest !== undefined && copy.blockNumber > newest) continue;
    const event = position < size ? await corpus.chunkAt(position) : undefined;
    if (event === undefined) {
      report({
        code: "RECORDED_CHUNK_INVENTED",
        place: { position },
        expected: "no chunk",
        found: copy.commitment,
      });
      continue;
    }
    const differs = firstDifference(FIELDS, event, copy);
    if (differs === undefined) continue;
    const { field, expected, found } = differs;
    report({ code: "RECORDED_CHUNK_DIFFERS", place: { position, field }, expected, found });
  }
  return count;
}
