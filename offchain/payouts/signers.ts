import { PayoutError, type SignerRole } from "./errors.ts";

/** Who may sign statements, in lower case. */
export interface Signers {
  /** LUCID_PLANNER_ADDRESS */
  readonly planner: string;
  /** LUCID_APPROVER_ADDRESS */
  readonly approver: string;
}

const SETTINGS = { planner: "LUCID_PLANNER_ADDRESS", approver: "LUCID_APPROVER_ADDRESS" } as const;

/**
 * Two different people, neither of whom is paid by what they sign.
 *
 * @param isRegistered whether an address was ever registered as a node or pool
 * @throws {PayoutError} SIGNERS_EQUAL, SIGNER_IS_NODE
 */
export function requireSigners(
  { planner, approver }: Signers,
  isRegistered: (address: string) => boolean,
): void {
  if (planner === approver) throw new PayoutError({ code: "SIGNERS_EQUAL", address: planner });
  for (const [role, address] of [
    ["planner", planner],
    ["approver", approver],
  ] as const) {
    if (isRegistered(address)) throw new PayoutError({ code: "SIGNER_IS_NODE", role, address });
  }
}

/**
 * Whether a key is the one that may sign in a role.
 *
 * @param address of the key, in any case
 * @throws {PayoutError} SIGNER_DIFFERS
 */
export function requireSigner(role: SignerRole, address: string, signers: Signers): void {
  const [expected, actual] = [signers[role], address.toLowerCase()];
  if (actual === expected) return;
  throw new PayoutError({ code: "SIGNER_DIFFERS", role, setting: SETTINGS[role], expected, actual });
}
