import { type ErrorDetails, LucidError } from "../../errors.ts";

/**
 * None of the nodes answered; the message says what each did.
 * @remedy Check `TRON_FULL_HOST` and `TRON_SOLIDITY_HOST`, and that the nodes run. What was signed is settled
 * by the next run.
 */
interface Unreachable extends ErrorDetails {
  readonly code: "TRON_UNREACHABLE";
  readonly setting: string;
  /** Without paths, which may hold keys. */
  readonly hosts: readonly string[];
  readonly reason: string;
}
/**
 * A node's genesis block is that of another network. Nothing was sent.
 * @remedy Correct the hosts or `TRON_NETWORK`.
 */
interface WrongNetwork extends ErrorDetails {
  readonly code: "TRON_WRONG_NETWORK";
  readonly host: string;
  readonly expected: bigint;
  readonly found: bigint;
}
/**
 * The node is connected to nobody, so nothing that it accepts reaches the network.
 * @remedy Connect it, or name another node.
 */
interface WithoutPeers extends ErrorDetails {
  readonly code: "TRON_NODE_WITHOUT_PEERS";
  readonly hosts: readonly string[];
}
interface HeadApart extends ErrorDetails {
  readonly host: string;
  /** Unix milliseconds of its head, and of this machine. */
  readonly headAt: number;
  readonly now: number;
}
/**
 * The node's head is more than a minute old.
 * @remedy Wait until it is in sync, or name another node.
 */
interface Behind extends HeadApart {
  readonly code: "TRON_NODE_BEHIND";
}
/**
 * The node's head is more than a minute ahead of this machine's clock. Nothing was signed.
 * @remedy Set the machine's clock; if it is right, name another node.
 */
interface HeadInFuture extends HeadApart {
  readonly code: "TRON_HEAD_IN_FUTURE";
}
/**
 * Something answered that is not a node of TRON, or not of a version that is known.
 * @remedy Check the host.
 */
interface AnswerMalformed extends ErrorDetails {
  readonly code: "TRON_ANSWER_MALFORMED";
  readonly host: string;
  readonly call: string;
  readonly reason: string;
}
/**
 * Nodes of `TRON_SOLIDITY_HOST` contradict each other about the outcome of a transaction. It stays in flight.
 * @remedy Find out which one is wrong, remove it from the setting, then run it again.
 */
interface NodesDisagree extends ErrorDetails {
  readonly code: "TRON_NODES_DISAGREE";
  readonly txid: string;
  readonly hosts: readonly string[];
}
/**
 * A call would revert, so it was not sent; the message has the contract's error and its remedy.
 * @remedy As the message says.
 */
interface CallReverted extends ErrorDetails {
  readonly code: "TRON_CALL_REVERTED";
  readonly contract: string;
  readonly call: string;
  /** Name of the contract's error, or the node's words. */
  readonly error: string;
  readonly values: Readonly<Record<string, string>>;
  readonly remedy: string;
}
/**
 * There is no contract at the address.
 * @remedy Check the address and `TRON_NETWORK`.
 */
interface ContractAbsent extends ErrorDetails {
  readonly code: "TRON_CONTRACT_ABSENT";
  readonly contract: string;
  readonly call: string;
}
/**
 * A node refused a transaction in a way that does not change with time.
 * @remedy See its message; what is signed stays saved.
 */
interface TransactionRefused extends ErrorDetails {
  readonly code: "TRON_TRANSACTION_REFUSED";
  readonly txid: string;
  readonly answer: string;
  readonly message: string;
}
/**
 * A transaction was included and failed, and was charged.
 * @remedy As the message says, then run it again.
 */
interface TransactionFailed extends ErrorDetails {
  readonly code: "TRON_TRANSACTION_FAILED";
  readonly txid: string;
  readonly purpose: string;
  readonly result: string;
  readonly error: string;
  readonly remedy: string;
}
/**
 * A transaction was not included in time, and never will be.
 * @remedy Run it again.
 */
interface TransactionExpired extends ErrorDetails {
  readonly code: "TRON_TRANSACTION_EXPIRED";
  readonly txid: string;
  readonly purpose: string;
}
/**
 * Saved bytes are not a signed transaction.
 * @remedy Find out who changed the document.
 */
interface TransactionMalformed extends ErrorDetails {
  readonly code: "TRON_TRANSACTION_MALFORMED";
  readonly reason: string;
}

export type TronErrorDetails =
  | Unreachable
  | WrongNetwork
  | WithoutPeers
  | Behind
  | HeadInFuture
  | AnswerMalformed
  | NodesDisagree
  | CallReverted
  | ContractAbsent
  | TransactionRefused
  | TransactionFailed
  | TransactionExpired
  | TransactionMalformed;

/** TRON, or a node of it, does not do what is asked of it. */
export class TronError extends LucidError<TronErrorDetails> {
  constructor(details: TronErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: TronErrorDetails): string {
  switch (details.code) {
    case "TRON_UNREACHABLE":
      return `No node of ${details.setting} (${details.hosts.join(", ")}) answered: ${details.reason}. Check the setting and that the nodes run.`;
    case "TRON_WRONG_NETWORK":
      return `${details.host} belongs to the network with chain id ${details.found}, expected ${details.expected}. Correct TRON_FULL_HOST, TRON_SOLIDITY_HOST or TRON_NETWORK; nothing was sent.`;
    case "TRON_NODE_WITHOUT_PEERS":
      return `The node ${details.hosts.join(", ")} has no peers, so nothing that it accepts reaches the network. Connect it, or name another node in TRON_FULL_HOST.`;
    case "TRON_NODE_BEHIND":
      return `The head of ${details.host} is of ${isoTime(details.headAt)}, and it is ${isoTime(details.now)}: it does not follow the network. Wait until it is in sync, or name another node.`;
    case "TRON_HEAD_IN_FUTURE":
      return `The head of ${details.host} is of ${isoTime(details.headAt)}, and by this machine's clock it is ${isoTime(details.now)}. Set the clock; if it is right, name another node. Nothing was signed.`;
    case "TRON_ANSWER_MALFORMED":
      return `${details.host} answered ${details.call} with something unexpected: ${details.reason}. Check that it is a node of TRON, or name another one.`;
    case "TRON_NODES_DISAGREE":
      return `${details.hosts.join(" and ")} contradict each other about the outcome of ${details.txid}, so none of them is believed. Take the one that is wrong out of TRON_SOLIDITY_HOST and run it again; nothing was changed.`;
    case "TRON_CALL_REVERTED":
      return `${details.call} on ${details.contract} would revert with ${details.error}${shown(details.values)}. ${details.remedy}`;
    case "TRON_CONTRACT_ABSENT":
      return `There is no contract at ${details.contract} for ${details.call}. Check the address and TRON_NETWORK.`;
    case "TRON_TRANSACTION_REFUSED":
      return `The node refused ${details.txid} with ${details.answer}: ${details.message}. It may have been sent all the same; run it again once the cause is gone.`;
    case "TRON_TRANSACTION_FAILED":
      return `${details.purpose} failed on chain (${details.result}, ${details.error}) in ${details.txid}. ${details.remedy}`;
    case "TRON_TRANSACTION_EXPIRED":
      return `${details.purpose}: ${details.txid} was not included before it expired. Run it again.`;
    case "TRON_TRANSACTION_MALFORMED":
      return `These are not the bytes of a signed transaction: ${details.reason}. Find out who changed them; nothing was sent.`;
  }
}

const isoTime = (ms: number) => new Date(ms).toISOString();

function shown(values: Readonly<Record<string, string>>): string {
  const entries = Object.entries(values);
  return entries.length === 0 ? "" : ` (${entries.map(([name, value]) => `${name} ${value}`).join(", ")})`;
}
