import { type ErrorDetails, LucidError } from "../errors.ts";

/** A deployment of the contracts, as its chain and its store know it. */
export interface DeploymentIdentity {
  readonly chainId: number;
  /** Hash of the chain's block 0. */
  readonly genesisHash: string;
  /** Address of LucidAnchors, in lower case. */
  readonly anchors: string;
}

/**
 * A block that had its confirmations is another one now: the chain was reorganised more deeply than the
 * deployment assumes, or an endpoint serves another chain. What was decided from the block may be wrong, so
 * the node does not lead.
 * @remedy Find out which of the two it is. After a reorganisation, a new deployment needs more confirmations.
 */
interface ChainReorganisedBelowConfirmations extends ErrorDetails {
  readonly code: "CHAIN_REORGANISED_BELOW_CONFIRMATIONS";
  readonly blockNumber: number;
  /** Hash of that block when it was read. */
  readonly before: string;
  readonly now: string;
  readonly confirmations: number;
}
/**
 * The endpoint does not show a block that is confirmed: it fell behind, or keeps no old blocks. Events that
 * it gave meanwhile may be incomplete and were not used.
 * @remedy Try again, or use an endpoint that has the whole chain.
 */
interface ChainBlockNotShown extends ErrorDetails {
  readonly code: "CHAIN_BLOCK_NOT_SHOWN";
  readonly blockNumber: number;
}
/**
 * Something was asked for as of a block that a reorg could still replace.
 * @remedy Ask again when the block has its confirmations.
 */
interface ChainBlockUnconfirmed extends ErrorDetails {
  readonly code: "CHAIN_BLOCK_UNCONFIRMED";
  readonly blockNumber: number;
  /** The newest block that has its confirmations; undefined where none has. */
  readonly newest: number | undefined;
  readonly confirmations: number;
}
/**
 * The chain made no block for longer than a slot: it makes blocks only for transactions, or had stopped.
 * Slots take their seeds from blocks.
 * @remedy Use a chain that makes blocks by itself (`anvil --block-time 2`), or wait until it has done so for
 * 100 blocks.
 */
interface ChainBlocksIrregular extends ErrorDetails {
  readonly code: "CHAIN_BLOCKS_IRREGULAR";
  /** The longest time without a block, in seconds. */
  readonly longestGapSec: number;
  /** Number of the block after which none came for so long. */
  readonly afterBlock: number;
  readonly measuredBlocks: number;
  readonly limitSec: number;
}
/**
 * As many blocks as there are confirmations take longer than a slot, so seeds would be known too late.
 * @remedy Use a faster chain, or a new deployment with fewer confirmations.
 */
interface ChainTooSlow extends ErrorDetails {
  readonly code: "CHAIN_TOO_SLOW";
  readonly confirmations: number;
  /** The longest time that so many blocks took, in seconds. */
  readonly seconds: number;
  readonly measuredBlocks: number;
  readonly limitSec: number;
}
/**
 * The slot began before the chain's first block, so there is no last block before it.
 * @remedy Ask for later slots.
 */
interface SlotBeforeChain extends ErrorDetails {
  readonly code: "SLOT_BEFORE_CHAIN";
  readonly slot: number;
  /** Slot of the chain's block 0. */
  readonly firstBlockSlot: number;
}
/**
 * Registered sessions are held in memory for the current epoch and the one before it, and the slot is older.
 * @remedy Begin again with the older slot, in a process of its own.
 */
interface SlotBeforeView extends ErrorDetails {
  readonly code: "SLOT_BEFORE_VIEW";
  readonly slot: number;
  readonly oldestSlot: number;
}
/**
 * The deployment was begun with other confirmations, and nodes with different ones decide differently.
 * @remedy Set `LUCID_CONFIRMATIONS` to the value that the message names.
 */
interface ConfirmationsDiffer extends ErrorDetails {
  readonly code: "CONFIRMATIONS_DIFFER";
  readonly anchors: string;
  readonly kept: number;
  readonly configured: number;
}
/**
 * The store holds the consensus of another chain or of other contracts; a local chain that was started again
 * is another one too.
 * @remedy Use a store of its own (`LUCID_STORE`), or connect to the chain that the store belongs to.
 */
interface StoreDeploymentDiffers extends ErrorDetails {
  readonly code: "STORE_DEPLOYMENT_DIFFERS";
  readonly kept: DeploymentIdentity;
  readonly connected: DeploymentIdentity;
}
/**
 * A value does not fit the type of its field in an EIP-712 message, so the message has no digest.
 * @remedy Correct the value; the message names field and type.
 */
interface MessageFieldInvalid extends ErrorDetails {
  readonly code: "MESSAGE_FIELD_INVALID";
  readonly message: string;
  readonly field: string;
  /** The EIP-712 type that the value does not fit. */
  readonly type: string;
}
/**
 * A node wants to be a pool, or a pool a node, under the same address.
 * @remedy `poot register --leave`, then register again; or another key.
 */
interface RegistrationKindDiffers extends ErrorDetails {
  readonly code: "REGISTRATION_KIND_DIFFERS";
  readonly address: string;
  readonly registered: "node" | "pool";
  readonly asked: "node" | "pool";
}
/**
 * A node or pool without a TRON address would not be paid.
 * @remedy `poot register --tron ADDRESS`.
 */
interface RegistrationIncomplete extends ErrorDetails {
  readonly code: "REGISTRATION_INCOMPLETE";
  readonly address: string;
}
/**
 * The file that nodes hand to their pool is missing, damaged, for another pool, chain or contract, or not
 * signed by its nodes; or it exists where one was to be written.
 * @remedy Write it again with `poot register --pool ADDRESS --out FILE`.
 */
interface RegistrationFileInvalid extends ErrorDetails {
  readonly code: "REGISTRATION_FILE_INVALID";
  readonly path: string;
  readonly reason: string;
}
/**
 * More nodes attested another root for an epoch than this node's, or its own key attested another one before.
 * It stops leading.
 * @remedy `audit`; find out who had other inputs.
 */
interface EpochRootDiffers extends ErrorDetails {
  readonly code: "EPOCH_ROOT_DIFFERS";
  readonly epoch: number;
  readonly own: string;
  /** The root that most nodes attested, or that this node's own key attested before. */
  readonly attested: string;
  readonly attestations: number;
}
/**
 * The store has no tally of the epoch.
 * @remedy Nodes write it when the epoch's last slot is closed; check `LUCID_STORE`.
 */
interface EpochNotCheckpointed extends ErrorDetails {
  readonly code: "EPOCH_NOT_CHECKPOINTED";
  /** Undefined where none is. */
  readonly epoch: number | undefined;
}
/**
 * The closed record of a slot of the epoch lacks proofs that are valid and came in time, or nobody can tell
 * any more.
 * @remedy Look at the log for whose they are. A person may accept it: `poot attest EPOCH --accept-omissions`.
 */
interface EpochHasOmissions extends ErrorDetails {
  readonly code: "EPOCH_HAS_OMISSIONS";
  readonly epoch: number;
}
/**
 * A storage proof was to be checked against a chunk other than the one that its challenge asks for. This is a
 * bug in the code that looked the chunk up.
 * @remedy Report it; the proof was not judged.
 */
interface EvidenceMisplaced extends ErrorDetails {
  readonly code: "EVIDENCE_MISPLACED";
  readonly proof: string;
  readonly expectedIndex: number;
  readonly givenIndex: number | undefined;
}
/**
 * A thread that verified proofs ended early, because of a bug or for lack of memory.
 * @remedy Verify them again; if memory was short, free some first.
 */
interface ProofWorkerFailed extends ErrorDetails {
  readonly code: "PROOF_WORKER_FAILED";
  readonly reason: string;
}
/**
 * No confirmed block deployed LucidAnchors, so the first slot is not known.
 * @remedy Wait for the confirmations of a new deployment, or correct the address.
 */
interface DeploymentUnconfirmed extends ErrorDetails {
  readonly code: "DEPLOYMENT_UNCONFIRMED";
  readonly anchors: string;
  readonly confirmations: number;
}
/**
 * A slot was to be closed or settled before its time, by the store's clock.
 * @remedy Try again at the time in the message.
 */
interface SlotStillOpen extends ErrorDetails {
  readonly code: "SLOT_STILL_OPEN";
  readonly slot: number;
  /** What was to be done. */
  readonly action: "close" | "settle";
  /** Both in Unix milliseconds of the store's clock. */
  readonly until: number;
  readonly now: number;
}
/**
 * No block after the slot's start has its confirmations, so the slot's hash is not known yet.
 * @remedy Try again later. The chain may have stopped.
 */
interface SlotHeadUnknown extends ErrorDetails {
  readonly code: "SLOT_HEAD_UNKNOWN";
  readonly slot: number;
}
/**
 * Slots are closed and decided one after the other, and another one comes first.
 * @remedy Take the slot that the message names.
 */
interface SlotOutOfOrder extends ErrorDetails {
  readonly code: "SLOT_OUT_OF_ORDER";
  readonly action: "close" | "decide" | "checkpoint";
  readonly slot: number;
  readonly expected: number;
}
/**
 * The leader of the slot has not been decided: no node was running then, or none has caught up yet.
 * @remedy Start a node (`npx hardhat poot run`), or name a slot that `npx hardhat poot slots` lists.
 */
interface SlotUndecided extends ErrorDetails {
  readonly code: "SLOT_UNDECIDED";
  readonly slot: number;
}
/**
 * The slot before is neither taken nor missed, so this one cannot be decided.
 * @remedy Settle the one before.
 */
interface SlotUnsettled extends ErrorDetails {
  readonly code: "SLOT_UNSETTLED";
  readonly slot: number;
}
/**
 * A slot's record holds what no valid proof supports, or its parts, roots or signature contradict each other.
 * The node does not lead.
 * @remedy Run `audit`, and find out who wrote the record.
 */
interface TallyDiffers extends ErrorDetails {
  readonly code: "TALLY_DIFFERS";
  readonly slot: number;
  /** Who signed the record, or is said to have. */
  readonly closer: string;
  readonly reason: string;
}
/**
 * A slot's stored decision is not the one that this node reaches. The node does not lead.
 * @remedy Compare the transcripts (`poot leader`), and run `audit`.
 */
interface DecisionDiffers extends ErrorDetails {
  readonly code: "DECISION_DIFFERS";
  readonly slot: number;
  /** transcriptHash of either. */
  readonly stored: string;
  readonly own: string;
}
/**
 * The stored tally of an epoch is not the one that this node computes. The node neither leads nor attests.
 * @remedy Run `audit`.
 */
interface WorkTallyDiffers extends ErrorDetails {
  readonly code: "WORK_TALLY_DIFFERS";
  readonly epoch: number;
  readonly entityId: string;
}
export type ConsensusErrorDetails =
  | ChainReorganisedBelowConfirmations
  | ChainBlockNotShown
  | ChainBlockUnconfirmed
  | ChainBlocksIrregular
  | ChainTooSlow
  | SlotBeforeChain
  | SlotBeforeView
  | ConfirmationsDiffer
  | StoreDeploymentDiffers
  | MessageFieldInvalid
  | RegistrationKindDiffers
  | RegistrationIncomplete
  | RegistrationFileInvalid
  | EpochRootDiffers
  | EpochHasOmissions
  | EpochNotCheckpointed
  | EvidenceMisplaced
  | ProofWorkerFailed
  | DeploymentUnconfirmed
  | SlotStillOpen
  | SlotHeadUnknown
  | SlotOutOfOrder
  | SlotUndecided
  | SlotUnsettled
  | TallyDiffers
  | DecisionDiffers
  | WorkTallyDiffers;

/** What goes wrong in consensus, besides proofs that are refused: those have reasons, not errors. */
export class ConsensusError extends LucidError<ConsensusErrorDetails> {
  constructor(details: ConsensusErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: ConsensusErrorDetails): string {
  switch (details.code) {
    case "CHAIN_REORGANISED_BELOW_CONFIRMATIONS":
      return `Block ${details.blockNumber} was ${details.before} and is now ${details.now}, although it had ${details.confirmations} confirmations. What was decided from it may be wrong: this node must not lead. Find out whether the chain was reorganised so deeply or an endpoint of ON_SYSTEM_CHAIN_RPC serves another chain; after a reorganisation, a new deployment needs more confirmations (LUCID_CONFIRMATIONS).`;
    case "CHAIN_BLOCK_NOT_SHOWN":
      return `Block ${details.blockNumber} has its confirmations, but the endpoint does not show it: it fell behind, or keeps no old blocks. Nothing was concluded from its answers. Try again, or set ON_SYSTEM_CHAIN_RPC to an endpoint that has the whole chain.`;
    case "CHAIN_BLOCK_UNCONFIRMED":
      return `Block ${details.blockNumber} does not have its ${details.confirmations} confirmations yet; the newest that does is ${details.newest ?? "none"}. Ask again later.`;
    case "CHAIN_BLOCKS_IRREGULAR":
      return `No block came for ${details.longestGapSec} s after block ${details.afterBlock}, as measured over the last ${details.measuredBlocks} blocks; PoOT needs one every ${details.limitSec} s, because slots of that length take their seeds from blocks. Use a chain that makes blocks without transactions too (a local node: anvil --block-time 2), or wait if the chain had stopped.`;
    case "CHAIN_TOO_SLOW":
      return `${details.confirmations} blocks took ${details.seconds} s, as measured over the last ${details.measuredBlocks} blocks, but a slot's block must have its confirmations within ${details.limitSec} s. Use a faster chain, or fewer confirmations (LUCID_CONFIRMATIONS) for a new deployment.`;
    case "SLOT_BEFORE_CHAIN":
      return `Slot ${details.slot} began before the chain's first block, which is in slot ${details.firstBlockSlot}: no block can be its head. Ask for later slots.`;
    case "SLOT_BEFORE_VIEW":
      return `Slot ${details.slot} is older than the slots whose sessions are held in memory, which begin with ${details.oldestSlot}. Begin again with the older slot.`;
    case "CONFIRMATIONS_DIFFER":
      return `LUCID_CONFIRMATIONS is ${details.configured}, but the deployment of LucidAnchors ${details.anchors} was begun with ${details.kept}, and nodes with different ones decide differently. Set it to ${details.kept}.`;
    case "STORE_DEPLOYMENT_DIFFERS":
      return `The store belongs to ${deploymentText(details.kept)}, but this node is connected to ${deploymentText(details.connected)}. Slots and chunks are counted within one deployment: set LUCID_STORE to a store of its own, or connect to the other chain.`;
    case "MESSAGE_FIELD_INVALID":
      return `Field ${details.field} of the message ${details.message} does not fit its type ${details.type}, so there is no digest that could be signed. Correct the value.`;
    case "REGISTRATION_KIND_DIFFERS":
      return `${details.address} is registered as a ${details.registered}, and cannot change into a ${details.asked}. Leave first (poot register --leave), then register again; or use another key.`;
    case "REGISTRATION_INCOMPLETE":
      return `${details.address} has no TRON address yet, and would not be paid. Name one: npx hardhat poot register --tron ADDRESS.`;
    case "REGISTRATION_FILE_INVALID":
      return `${details.path} was not used: ${details.reason}. Nodes write it with poot register --out FILE, to a new file; their pool reads it with poot register --countersign FILE.`;
    case "EPOCH_ROOT_DIFFERS":
      return `Epoch ${details.epoch} comes to the root ${details.own} here, but ${details.attestations} attested ${details.attested}. One of the two had other inputs: this node must not lead. Run audit.`;
    case "EPOCH_NOT_CHECKPOINTED":
      return `${details.epoch === undefined ? "No epoch" : `Epoch ${details.epoch}`} has a tally here. Nodes write it when the epoch's last slot is closed (npx hardhat poot run); check LUCID_STORE.`;
    case "EPOCH_HAS_OMISSIONS":
      return `The closed record of a slot of epoch ${details.epoch} lacks valid proofs, or the epoch is too old for that to be known. Nothing was attested. Find out whose proofs they are (the log of poot run, audit); to attest all the same: npx hardhat poot attest ${details.epoch} --accept-omissions.`;
    case "EVIDENCE_MISPLACED":
      return `Proof ${details.proof} answers the challenge for chunk ${details.expectedIndex} of the corpus, but was to be checked against ${details.givenIndex === undefined ? "none" : `chunk ${details.givenIndex}`}. The proof was not judged; look up the chunk at the challenge's place.`;
    case "PROOF_WORKER_FAILED":
      return `A thread that verified proofs ended early: ${details.reason}. None of its proofs was judged. Verify them again; if the machine is short of memory, free some first.`;
    case "DEPLOYMENT_UNCONFIRMED":
      return `LucidAnchors ${details.anchors} was deployed by no block that has its ${details.confirmations} confirmations. Wait for them if it has just been deployed, else correct LUCID_ANCHORS_ADDRESS.`;
    case "SLOT_STILL_OPEN":
      return `Slot ${details.slot} cannot be ${details.action === "close" ? "closed" : "settled"} before ${iso(details.until)} by the store's clock, where it is ${iso(details.now)}. Try again then.`;
    case "SLOT_HEAD_UNKNOWN":
      return `The last block before slot ${details.slot} is not known yet: no later block has its confirmations. Try again later; if the chain has stopped, slots are decided once it goes on.`;
    case "SLOT_OUT_OF_ORDER":
      return `Slot ${details.slot} was to be used for "${details.action}", and slot ${details.expected} comes first. Slots are taken in order.`;
    case "SLOT_UNDECIDED":
      return `The leader of slot ${details.slot} has not been decided: no node was running then, or none has caught up yet. Start one (npx hardhat poot run), or name another slot (npx hardhat poot slots lists those that were decided).`;
    case "SLOT_UNSETTLED":
      return `Slot ${details.slot} is neither taken nor missed yet, so the next one cannot be decided. Settle it first.`;
    case "TALLY_DIFFERS":
      return `The record by which ${details.closer} closed slot ${details.slot} is not supported by valid proofs: ${details.reason}. This node must not lead. Run audit, and find out who wrote the record.`;
    case "DECISION_DIFFERS":
      return `Slot ${details.slot} is stored with the transcript ${details.stored}, but this node decides it with ${details.own}. One of the two had other inputs: this node must not lead. Compare the transcripts with poot leader, and run audit.`;
    case "WORK_TALLY_DIFFERS":
      return `The stored tally of epoch ${details.epoch} has another row of entity ${details.entityId} than this node computes. This node must not lead or attest. Run audit.`;
  }
}

const iso = (timeMs: number) => new Date(timeMs).toISOString();

const deploymentText = ({ chainId, genesisHash, anchors }: DeploymentIdentity) =>
  `LucidAnchors ${anchors} on chain ${chainId} (genesis ${genesisHash})`;
