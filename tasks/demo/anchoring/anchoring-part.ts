import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { InProcessChain } from "../../../devnet/in-process-chain.ts";
import type { AnchorMode } from "../../../offchain/anchoring/anchor.ts";
import { anchorSessions } from "../../../offchain/anchoring/anchor-sessions.ts";
import type { AnchorOutcome } from "../../../offchain/anchoring/find-registered.ts";
import { proveChunk } from "../../../offchain/anchoring/prove-chunk.ts";
import { recordedSession } from "../../../offchain/anchoring/recorded-session.ts";
import { storeChunks } from "../../../offchain/anchoring/store-chunks.ts";
import { verifySession } from "../../../offchain/anchoring/verify-session.ts";
import { openSession } from "../../../offchain/sessions/open-session.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { chunkPath } from "../../../offchain/sessions/session-directory.ts";
import type { DemoContext, PartResult } from "../demo-context.ts";
import { Expectations } from "../expectations.ts";
import { sealSamples, sizeOf } from "../seal-samples.ts";
import type { SealedSample } from "../sealed-sample.ts";

const MODES: readonly AnchorMode[] = ["single", "batch", "tree"];

/** From a recording to the chain and back: seal, anchor, prove, verify, open, and find a flipped byte. */
export async function anchoringPart(context: DemoContext): Promise<PartResult> {
  const { narrator, chain } = context;
  const expectations = new Expectations(narrator);

  narrator.step("Start an EVM chain in this process and deploy the contracts");
  narrator.say(`LucidAnchors     ${chain.anchors.address}`);
  narrator.say(`LucidChunkStore  ${chain.chunkStore.address}`);
  narrator.say(`LucidCheckpoints ${chain.checkpoints.address}`);

  narrator.step("Seal recordings: cut, compress, encrypt, hash; the owner signs manifests");
  context.samples = await sealSamples(context);
  for (const { source, session } of context.samples) {
    const { chunks, sessionId } = session.manifest;
    narrator.say(`${sessionId}  ${basename(source)}, ${chunks.length} chunk(s)`);
  }

  narrator.step("Anchor them: one by one, in a batch, and as a tree");
  const sessions = context.samples.map(({ session }) => session);
  const anchored = await anchorInEachMode(sessions, chain);
  for (const { sealed, anchor } of anchored) {
    const { sessionId } = sealed.manifest;
    narrator.say(`${sessionId}  ${anchor.mode}, ${anchor.gasUsed} gas`);
  }

  narrator.step("Record every chunk on chain, and answer the storage challenge of one of them");
  for (const { sealed } of anchored) await storeChunks(sealed, chain.registrar, chain);
  const largest = largestOf(sessions);
  const { segmentIndex, challengeBlock, receipt } = await proveChunk(
    largest,
    0,
    chain.prover,
    chain.chunkStore,
  );
  narrator.say(
    `block ${challengeBlock} asked the prover for segment ${segmentIndex} of chunk 0: shown, ${receipt.gasUsed} gas`,
  );

  narrator.step("Verify files, manifests, owner's signatures and chain against each other");
  const rows = [];
  for (const { sealed, anchor } of anchored) rows.push(await verifiedRow(sealed, anchor, chain));
  const verified = rows.filter((row) => row.verified === "yes").length;
  narrator.say(`${verified} of ${rows.length} sessions are verified`);
  expectations.expect(verified === rows.length, `All ${rows.length} sessions verify; ${verified} do.`);

  narrator.step("Open a session again and compare it with the recording");
  const first = context.samples[0] as SealedSample;
  const opened = await opensToItself(first, context);
  narrator.say(`${basename(first.source)}: ${opened ? "the same, byte for byte" : "DIFFERENT"}`);
  expectations.expect(opened, `${basename(first.source)} opens to the bytes that were recorded.`);

  narrator.step("Flip one byte of one chunk and verify again");
  const idx = largest.manifest.chunks.length - 1;
  const file = chunkPath(largest.directory, idx);
  await flipByte(file);
  const { findings } = await verify(largest, chain);
  await flipByte(file);
  for (const { code, message } of findings) narrator.say(`${code}: ${message}`);
  const flippedByteFound = findings.some(({ place }) => place.idx === idx);
  expectations.expect(flippedByteFound, `A flipped byte in chunk ${idx} is found.`);

  narrator.table(rows);
  return { value: { sessions: rows, opened, flippedByteFound }, failures: expectations.failures };
}

/** Deals the sessions out to the three modes in turn. */
async function anchorInEachMode(
  sessions: readonly SealedSession[],
  chain: InProcessChain,
): Promise<AnchorOutcome[]> {
  const anchored: AnchorOutcome[] = [];
  for (const [turn, mode] of MODES.entries()) {
    const group = sessions.filter((_, index) => index % MODES.length === turn);
    anchored.push(...(await anchorSessions({ sessions: group, mode, signer: chain.registrar }, chain)));
  }
  return anchored;
}

const largestOf = (sessions: readonly SealedSession[]) =>
  sessions.reduce((most, one) => (one.manifest.chunks.length > most.manifest.chunks.length ? one : most));

function verify({ directory }: SealedSession, { anchors, store }: InProcessChain) {
  const findRecorded = (sessionId: string) => recordedSession(store, sessionId);
  return verifySession(directory, { anchors, findRecorded }, { confirmations: 1 });
}

async function verifiedRow(sealed: SealedSession, anchor: AnchorOutcome["anchor"], chain: InProcessChain) {
  const { verdict } = await verify(sealed, chain);
  const { sessionId, chunks } = sealed.manifest;
  return {
    session: sessionId,
    chunks: chunks.length,
    bytes: sizeOf(sealed),
    mode: anchor.mode,
    transaction: anchor.txid,
    gas: anchor.gasUsed,
    verified: verdict === "verified" ? "yes" : "NO",
  };
}

async function opensToItself(
  { source, session }: SealedSample,
  { ageIdentity, dataDir }: DemoContext,
): Promise<boolean> {
  const destination = join(dataDir, "opened.cast");
  await openSession({ path: session.directory, identities: [ageIdentity], destination });
  return (await readFile(destination)).equals(await readFile(source));
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
