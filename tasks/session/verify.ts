import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { AnchoringError } from "../../offchain/anchoring/errors.ts";
import {
  MAX_PROOF_BYTES,
  parseSessionProof,
  type SessionProof,
} from "../../offchain/anchoring/proof-format.ts";
import { recordedSession } from "../../offchain/anchoring/recorded-session.ts";
import type { Verdict, Verification } from "../../offchain/anchoring/verification.ts";
import { verificationJson } from "../../offchain/anchoring/verification-json.ts";
import { verifySessionProof } from "../../offchain/anchoring/verify-proof.ts";
import { verifySession } from "../../offchain/anchoring/verify-session.ts";
import { parseAddress } from "../../offchain/config/parse-address.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { contractAt, findContract, knownAddress } from "../../offchain/contracts/deployment.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors/client.ts";
import { SessionError } from "../../offchain/sessions/errors.ts";
import { findSession, isSessionId } from "../../offchain/sessions/find-session.ts";
import { readRegularFile } from "../../offchain/sessions/read-regular-file.ts";
import { directoryOf, MANIFEST_FILE } from "../../offchain/sessions/session-directory.ts";
import type { FilesProgress } from "../../offchain/sessions/verify-session-files.ts";
import { type ChainContext, openChain } from "../context.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { printVerification } from "./print-verification.ts";

interface VerifyArguments {
  session: string;
  contract?: string | undefined;
  json: boolean;
}

const EXIT_CODES: Readonly<Record<Verdict, number>> = { verified: 0, "not verified": 1, unconfirmed: 2 };

export default async function verify(args: VerifyArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const given =
      args.contract === undefined
        ? undefined
        : parseAddress({ code: "ARGUMENT_INVALID", argument: "--contract" }, args.contract);
    const proof = await readProof(args.session);
    const path = proof === undefined ? await sessionFolder(args.session) : undefined;
    await using chain = await openChain(hre, { readOnly: true, signal });
    const verification =
      proof === undefined
        ? await verifyFolder(path as string, given, chain, terminal)
        : await verifyProof(proof, given, chain, terminal);
    printVerification(verification, proof !== undefined, terminal);
    const { verdict } = verification;
    return {
      value: verificationJson(verification),
      failed: verdict === "not verified",
      exitCode: EXIT_CODES[verdict],
    };
  });
}

async function verifyFolder(
  path: string,
  given: string | undefined,
  chain: ChainContext,
  terminal: Terminal,
): Promise<Verification> {
  const { settings, provider, evm } = chain;
  const location =
    given === undefined
      ? await findContract("LucidAnchors", provider, settings)
      : await contractAt("LucidAnchors", given, provider, settings);
  const anchors = new LucidAnchorsClient(location, { evm });
  return await verifySession(
    path,
    { anchors, findRecorded: (sessionId) => recordedSession(chain.store, sessionId) },
    optionsOf(chain, terminal),
  );
}

async function verifyProof(
  proof: SessionProof,
  given: string | undefined,
  chain: ChainContext,
  terminal: Terminal,
): Promise<Verification> {
  const { settings, provider, evm, store } = chain;
  const connected = String(await evm.chainId());
  if (connected !== proof.chainId) {
    throw new AnchoringError({ code: "PROOF_CHAIN_DIFFERS", proven: proof.chainId, connected });
  }
  const known = given ?? (await knownAddress("LucidAnchors", provider, settings));
  const location = await contractAt("LucidAnchors", proof.contract, provider, settings);
  const anchors = new LucidAnchorsClient(location, { evm });
  const findRecorded = (sessionId: string) => recordedSession(store, sessionId);
  const options = { ...optionsOf(chain, terminal), knownContract: known };
  return await verifySessionProof(proof, { anchors, findRecorded }, options);
}

function optionsOf({ settings: { confirmations } }: ChainContext, { bar, progress }: Terminal) {
  const onProgress = ({ bytes, totalBytes }: FilesProgress) =>
    bar({ text: "checking the chunks", done: bytes, total: totalBytes, unit: "bytes" });
  return { confirmations, onProgress, onUnavailable: progress };
}

/**
 * A session proof; undefined where an id, a folder or a manifest is named.
 *
 * @throws {SessionError} SESSION_NOT_FOUND, FILE_NOT_REGULAR, FILE_TOO_LARGE, FILE_UNREADABLE
 * @throws {AnchoringError} PROOF_MALFORMED
 */
async function readProof(session: string): Promise<SessionProof | undefined> {
  if (isSessionId(session) || basename(session) === MANIFEST_FILE || (await isFolder(session)))
    return undefined;
  const bytes = await readRegularFile(session, { maxBytes: MAX_PROOF_BYTES });
  if (bytes === undefined) throw new SessionError({ code: "SESSION_NOT_FOUND", path: session });
  return parseSessionProof(bytes.toString("utf8"), session);
}

/**
 * The path of a session's folder, which exists.
 *
 * @throws {SessionError} SESSION_NOT_FOUND, SESSION_ID_AMBIGUOUS
 */
async function sessionFolder(named: string): Promise<string> {
  const path = await findSession(readSettings(process.env).dataDir, named);
  if (await isFolder(directoryOf(path))) return path;
  throw new SessionError({ code: "SESSION_NOT_FOUND", path });
}

/** If a path cannot be inspected, reading the file reports why. */
async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
