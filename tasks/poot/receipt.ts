import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { parseAddress } from "../../offchain/config/parse-address.ts";
import { issueReceipt } from "../../offchain/consensus/node/issue-receipt.ts";
import { receiptsFolder } from "../../offchain/consensus/node/receipt-file.ts";
import { slotAt } from "../../offchain/consensus/slot-time.ts";
import { loadNamedSession, openChain } from "../context.ts";
import { readWallet } from "../keys.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
import { readDomain } from "./domain.ts";

interface ReceiptArguments {
  session: string;
  node: string;
  slot: string | undefined;
  bytes: string | undefined;
  out: string | undefined;
  json: boolean;
}

export default async function receipt(args: ReceiptArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const nodeId = parseAddress({ code: "ARGUMENT_INVALID", argument: "--node" }, args.node).toLowerCase();
    const wallet = await readWallet(hre, "LUCID_OWNER_KEY", "a receipt is signed by the session's owner");
    const { manifest } = await loadNamedSession(args.session);
    requireOwner(args.session, manifest.owner, wallet.address);
    const size = manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const bytes = args.bytes === undefined ? size : parseWhole("--bytes", args.bytes);
    requireWithin(args.bytes, bytes, size);
    await using context = await openChain(hre, { signal, readOnly: true });
    const domain = await readDomain(context);
    const slot =
      args.slot === undefined ? slotAt(await context.store.now()) + 1 : parseWhole("--slot", args.slot);
    const { sessionId } = manifest;
    const folder = args.out === undefined ? receiptsFolder(context.settings.dataDir) : resolve(args.out);
    const file = await issueReceipt(folder, { sessionId, nodeId, slot, bytes }, wallet, domain);
    terminal.line(`${nodeId} may claim ${bytes} bytes of session ${sessionId} in slot ${slot}: ${file}`);
    terminal.line("It counts once the session is anchored by itself and all its chunks are recorded.");
    return { value: { session: sessionId, node: nodeId, slot, bytes, file } };
  });
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function requireOwner(session: string, owner: string, signer: string): void {
  if (owner === signer.toLowerCase()) return;
  const expected = `a session of ${signer}, the account of LUCID_OWNER_KEY; this one is ${owner}'s`;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "session", value: session, expected });
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function requireWithin(value: string | undefined, bytes: number, size: number): void {
  if (bytes > 0 && bytes <= size) return;
  const expected = `from 1 to ${size}, the session's size`;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--bytes", value: value ?? "0", expected });
}
