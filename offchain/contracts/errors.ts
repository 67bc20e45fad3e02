import { type ErrorDetails, LucidError } from "../errors.ts";

/**
 * A contract reverted with a custom error, whose name and values are in the message. The interfaces in
 * `contracts/interfaces/` say when each is thrown.
 * @remedy For the errors that operators meet, the message says what to do.
 */
interface ContractReverted extends ErrorDetails {
  readonly code: "CONTRACT_REVERTED";
  /** What was asked for, e.g. `LucidAnchors.registerSession`. */
  readonly action: string;
  /** Name of the custom error, e.g. `SessionNotRegistered`. */
  readonly error: string;
  /** The custom error's values, by their names in the interface. */
  readonly values: Readonly<Record<string, string>>;
  /** What to do about it. */
  readonly remedy: string;
}
/**
 * There is no code at the contract's address on this chain.
 * @remedy Correct the address, or deploy.
 */
interface ContractAbsent extends ErrorDetails {
  readonly code: "CONTRACT_ABSENT";
  readonly contract: string;
  readonly address: string;
  readonly chainId: string;
}
/**
 * The contract was not deployed from this data folder to this chain, or by a version that did not have it
 * yet.
 * @remedy `npx hardhat deploy`, which adds what is missing and keeps the rest; or set the contract's address:
 * `LUCID_ANCHORS_ADDRESS`, `LUCID_CHUNK_STORE_ADDRESS` or `LUCID_CHECKPOINTS_ADDRESS`.
 */
interface DeploymentUnknown extends ErrorDetails {
  readonly code: "DEPLOYMENT_UNKNOWN";
  readonly contract: string;
  readonly chainId: string;
  readonly folder: string;
  /** The setting that names the contract's address. */
  readonly setting: string;
}
/**
 * The record of the deployment cannot be read, or Ignition's journal of it is missing: `deploy` would deploy
 * everything a second time.
 * @remedy Restore it, or set the addresses.
 */
interface DeploymentCorrupt extends ErrorDetails {
  readonly code: "DEPLOYMENT_CORRUPT";
  readonly file: string;
  readonly reason: string;
}
/**
 * Ignition could not continue; the message has its reason.
 * @remedy Run `deploy` again; another admin needs another `LUCID_DATA_DIR`.
 */
interface DeploymentFailed extends ErrorDetails {
  readonly code: "DEPLOYMENT_FAILED";
  readonly reason: string;
}
/**
 * The answer cannot come from this contract: another contract, or none, is at the address.
 * @remedy Correct the address.
 */
interface ContractForeign extends ErrorDetails {
  readonly code: "CONTRACT_FOREIGN";
  readonly action: string;
}
/**
 * Without an admin, nobody could ever change roles or pause again.
 * @remedy Grant ADMIN to another account first.
 */
interface LastAdmin extends ErrorDetails {
  readonly code: "LAST_ADMIN";
  readonly contract: string;
  readonly account: string;
}
export type ContractErrorDetails =
  | ContractReverted
  | ContractAbsent
  | DeploymentUnknown
  | DeploymentCorrupt
  | DeploymentFailed
  | ContractForeign
  | LastAdmin;

/** A refusal by a contract, or a problem with the record of the deployment. */
export class ContractError extends LucidError<ContractErrorDetails> {
  constructor(details: ContractErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: ContractErrorDetails): string {
  switch (details.code) {
    case "CONTRACT_REVERTED":
      return `${details.action} was refused with ${details.error}(${valuesText(details.values)}). ${details.remedy}`;
    case "CONTRACT_ABSENT":
      return `There is no ${details.contract} at ${details.address} on chain ${details.chainId}. Correct its address, or deploy it (npx hardhat deploy).`;
    case "CONTRACT_FOREIGN":
      return `${details.action} got an answer that this contract cannot give: another contract, or none, is at that address. Correct the address.`;
    case "LAST_ADMIN":
      return `${details.account} is the last admin of ${details.contract}: without it, nobody could ever change roles or pause again. Grant ADMIN to another account first.`;
    case "DEPLOYMENT_UNKNOWN":
      return `No ${details.contract} is known on chain ${details.chainId}: ${details.folder} has none for this chain and its genesis. Deploy it (npx hardhat deploy, which keeps the existing contracts) or set ${details.setting}.`;
    case "DEPLOYMENT_FAILED":
      return `The deployment did not complete: ${details.reason}. Run it again to continue; with another admin's key, use another LUCID_DATA_DIR.`;
    case "DEPLOYMENT_CORRUPT":
      return `${details.file} cannot be used: ${details.reason}. Restore it from a backup, or delete it and set the contracts' addresses instead.`;
  }
}

const valuesText = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ");
