import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { localKey } from "../../devnet/anvil.ts";
import { type InProcessChain, startInProcessChain } from "../../devnet/in-process-chain.ts";
import type { AnchorMode } from "../../offchain/anchoring/anchor.ts";
import { anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import type { AnchorOutcome } from "../../offchain/anchoring/find-registered.ts";
import { proveChunk } from "../../offchain/anchoring/prove-chunk.ts";
import { recordSession } from "../../offchain/anchoring/record-session.ts";
import { recordedSession } from "../../offchain/anchoring/recorded-session.ts";
import { storeChunks } from "../../offchain/anchoring/store-chunks.ts";
import { verifySession } from "../../offchain/anchoring/verify-session.ts";
import { findRecordings } from "../../offchain/sessions/find-recordings.ts";
import { openSession } from "../../offchain/sessions/open-session.ts";
import { sealSession } from "../../offchain/sessions/seal-session.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import { chunkPath } from "../../offchain/sessions/session-directory.ts";
import { runTask } from "../run-task.ts";

/** Small enough that the largest sample has several chunks; operators seal with 8 MiB. */
const CHUNK_BYTES = 1024 * 1024;
const MODES: readonly AnchorMode[] = ["single", "batch", "tree"];

export default async function demo({ json }: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal) => {
    const step = (text: string) => {
      terminal.line();
      terminal.line(text);
    };
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-demo-"));
    try {
      step("1. Start an EVM chain in this process and deploy LucidAnchors and LucidChunkStore");
      await using chain = await startInProcessChain(hre);
      terminal.line(`   LucidAnchors ${chain.anchors.address}, LucidChunkStore ${chain.chunkStore.address}`);

      step("2. Seal the recordings of samples/: cut, compress, encrypt, hash; the owner signs each manifest");
      const identity = await generateX25519Identity();
      const sealed = await sealSamples(hre, dataDir, await identityToRecipient(identity), chain);
      for (const { source, session } of sealed) {
        const { chunks, sessionId } = session.manifest;
        terminal.line(`   ${sessionId}  ${basename(source)}, ${chunks.length} chunk(s)`);
      }

      step("3. Anchor them: one by one, in a batch, and as a tree");
      const anchored = await anchorInEachMode(
        sealed.map(({ session }) => session),
        chain,
      );
      for (const {
        sealed: { manifest },
        anchor,
      } of anchored) {
        terminal.line(
          `   ${manifest.sessionId}  ${anchor.mode}, block ${anchor.blockNumber}, ${anchor.gasUsed} gas`,
        );
      }

      const largest = [...anchored].sort(
        (a, b) => b.sealed.manifest.chunks.length - a.sealed.manifest.chunks.length,
      )[0] as AnchorOutcome;
      step("4. Record every chunk on chain, and answer the storage challenge of one of them");
      for (const { sealed: session } of anchored) await storeChunks(session, chain.registrar, chain);
      const proven = await proveChunk(largest.sealed, 0, chain.prover, chain.chunkStore);
      terminal.line(
        `   block ${proven.challengeBlock} asked ${proven.prover} for segment ${proven.segmentIndex} of chunk 0: shown, ${proven.receipt.gasUsed} gas`,
      );

      step(
        "5. Verify: files against manifest, manifest against its owner's signature, both against the chain",
      );
      const rows = [];
      for (const { sealed: session, anchor } of anchored) {
        const { verdict } = await verify(session, chain);
        const { sessionId, chunks } = session.manifest;
        const bytes = chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        rows.push({
          session: sessionId,
          chunks: chunks.length,
          bytes,
          mode: anchor.mode,
          transaction: anchor.txid,
          gas: anchor.gasUsed,
          verified: verdict === "verified" ? "yes" : "NO",
        });
      }
      terminal.line(
        `   ${rows.filter(({ verified }) => verified === "yes").length} of ${rows.length} sessions are verified`,
      );

      step("6. Open a session again and compare it with the recording");
      const first = sealed[0] as SealedSample;
      const isSame = await opensToItself(first, identity, dataDir);
      terminal.line(`   ${basename(first.source)}: ${isSame ? "the same, byte for byte" : "DIFFERENT"}`);

      step("7. Flip one byte of one chunk and verify again");
      const idx = largest.sealed.manifest.chunks.length - 1;
      await flipByte(chunkPath(largest.sealed.directory, idx));
      const broken = await verify(largest.sealed, chain);
      for (const { code, message } of broken.findings) terminal.line(`   ${code}: ${message}`);

      terminal.line();
      terminal.table(rows);
      const isCaught = broken.findings.some(({ place }) => place.idx === idx);
      const failed = !isSame || !isCaught || rows.some(({ verified }) => verified !== "yes");
      terminal.line();
      terminal.line(
        failed
          ? "The demo FAILED."
          : "Everything held. Nothing is left behind: the chain and the files belonged to this run only.",
      );
      return { value: { sessions: rows, opened: isSame, flippedByteFound: isCaught }, failed };
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
}

interface SealedSample {
  readonly source: string;
  readonly session: SealedSession;
}

async function sealSamples(
  { config }: HardhatRuntimeEnvironment,
  dataDir: string,
  recipient: string,
  { store }: InProcessChain,
): Promise<SealedSample[]> {
  const owner = new Wallet(localKey(2));
  const samples: SealedSample[] = [];
  const { recordings } = await findRecordings(join(config.paths.root, "samples"));
  for (const source of recordings) {
    const session = await sealSession({
      source,
      dataDir,
      owner,
      recipients: [recipient],
      chunkBytes: CHUNK_BYTES,
    });
    await recordSession(store, session);
    samples.push({ source, session });
  }
  return samples;
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

function verify({ directory }: SealedSession, { anchors, store }: InProcessChain) {
  const findRecorded = (sessionId: string) => recordedSession(store, sessionId);
  return verifySession(directory, { anchors, findRecorded }, { confirmations: 1 });
}

async function opensToItself(
  { source, session }: SealedSample,
  identity: string,
  dataDir: string,
): Promise<boolean> {
  const destination = join(dataDir, "opened.cast");
  await openSession({ path: session.directory, identities: [identity], destination });
  return (await readFile(destination)).equals(await readFile(source));
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
