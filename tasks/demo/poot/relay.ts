import { randomUUID } from "node:crypto";
import type { Wallet } from "ethers";
import type { Identity } from "../../../offchain/consensus/node/identity.ts";
import { issueReceipt } from "../../../offchain/consensus/node/issue-receipt.ts";
import { readReceipt, receiptsFolder, writeReceipt } from "../../../offchain/consensus/node/receipt-file.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { sizeOf } from "../seal-samples.ts";
import type { Scene } from "./scene.ts";

/** Sessions that nodes relayed whole before they claim it in the first slot that counts: who relayed more leads sooner. */
const RELAYED = { late: 4, silent: 3, "north-a": 2, expelled: 1 } as const;

/** How many receipts the inventor claims that nobody should count, by the reason that they are refused for. */
export const INVENTED = { SIGNER_NOT_OWNER: 2, SESSION_NOT_REGISTERED: 1 } as const;

/** The owner's receipts for what was relayed, claimed in a slot. @returns how many */
export async function issueReceipts(
  { cast, world, recorded }: Scene,
  slot: number,
  owner: Wallet,
): Promise<number> {
  let issued = 0;
  for (const [name, count] of Object.entries(RELAYED) as [keyof typeof RELAYED, number][]) {
    const { nodeId } = cast.node(name);
    for (const session of recorded.slice(0, count)) {
      const content = { sessionId: session.manifest.sessionId, nodeId, slot, bytes: sizeOf(session) };
      await issueReceipt(receiptsFolder(world.machineOf(nodeId).dataDir), content, owner, world.domain);
      issued += 1;
    }
  }
  return issued;
}

/** What the inventor leaves for itself to claim in a slot, though it relayed nothing. */
export async function inventReceipts(scene: Scene, slot: number, owner: Wallet): Promise<void> {
  const { cast, world, recorded } = scene;
  const { nodeId, wallet }: Identity = cast.node("inventor");
  const folder = receiptsFolder(world.machineOf(nodeId).dataDir);
  const [first, second] = recorded as readonly [SealedSession, SealedSession];
  const claim = (session: SealedSession) => ({
    sessionId: session.manifest.sessionId,
    nodeId,
    slot,
    bytes: sizeOf(session),
  });
  // It signs in the owner's place.
  await issueReceipt(folder, claim(first), wallet, world.domain);
  // It puts its own name on what the owner signed for another node.
  const other = { ...claim(second), nodeId: cast.node("north-b").nodeId };
  const path = await issueReceipt(`${folder}-of-others`, other, owner, world.domain);
  const { receipt } = await readReceipt(path);
  if (receipt === undefined) throw new TypeError(`${path} is no receipt`);
  await writeReceipt(folder, { ...receipt, nodeId });
  // It is the owner of a session that nobody registered.
  await issueReceipt(folder, { ...claim(first), sessionId: randomUUID() }, wallet, world.domain);
}
