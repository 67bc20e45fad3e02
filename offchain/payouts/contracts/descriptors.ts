import {
  PayoutLedger__factory,
  PayoutRouterKYC__factory,
  PayoutRouterV0__factory,
} from "../../../typechain-types/index.ts";
import { ADMIN_ROLE, type ContractDescriptor, roleId } from "../../contracts/descriptor.ts";

/** What a payout contract shares with those of the On-System chain; it is sent by TRON's client, not by theirs. */
export type PayoutContractDescriptor = Pick<
  ContractDescriptor,
  "name" | "addressSetting" | "abi" | "roles" | "remedies"
>;

const SIGNER_ROLES = { PLANNER: roleId("PLANNER"), APPROVER: roleId("APPROVER") };
const ROUTER_ROLES = { ...SIGNER_ROLES, DISBURSER: roleId("DISBURSER"), PAUSER: roleId("PAUSER") };

const SIGNER_REMEDIES = {
  AccessControlUnauthorizedAccount: ({ neededRole, account }) =>
    `The contract's admin has to grant ${neededRole} to ${account}.`,
  WrongSigner: ({ role, signer }) =>
    `${signer} does not hold ${role}: the signature is by somebody else, or over another root, total, period, chain or contract.`,
  SignerHasBothRoles: ({ signer }) =>
    `${signer} is both planner and approver. The admin has to revoke one of the roles; two people have to sign.`,
  ECDSAInvalidSignature: () => "The signature fits no key; sign again.",
  ECDSAInvalidSignatureLength: () => "A signature has 65 bytes.",
  ECDSAInvalidSignatureS: () => "The signature's s is in the upper half of its range; sign again.",
} as const satisfies ContractDescriptor["remedies"];

const ROUTER_REMEDIES = {
  ...SIGNER_REMEDIES,
  EnforcedPause: () => "The router is paused; its admin unpauses it.",
  InvalidStatement: () => "A statement needs a root and a total above zero.",
  StatementExists: () => "Nothing is to be done: a root is opened once, and stays closed once it was closed.",
  PeriodHasStatement: ({ openRoot }) => `Planner and approver have to close ${openRoot} first.`,
  StatementNotOpen: () => "Open the statement with both signatures; a closed one pays nothing more.",
  RowsNotInStatement: () =>
    "The rows, their proof and the root do not belong together, or a row is for another router.",
  MerkleProofInvalidMultiproof: () => "The number of rows, proof hashes and flags do not fit together.",
  InsufficientGas: ({ needed }) =>
    `Send it again with a higher fee limit: before each row ${needed} energy must be left.`,
  ZeroAmount: () => "A row pays something; the statement is wrong.",
  InvalidPayee: () => "Zero, the treasury and the router are not payees; the statement is wrong.",
  PaymentAboveLimit: ({ limit }) => `The admin has to raise the limit per payment, which is ${limit}.`,
  DayAboveLimit: ({ left }) =>
    `Today only ${left} may still be paid; pay it tomorrow, or have the admin raise the limit.`,
  StatementAboveTotal: ({ left }) => `Only ${left} of the statement's total is left; the statement is wrong.`,
  TransferFailed: () =>
    "The token refused: look at the treasury's balance, allowance and blacklisting, and whether the token is paused.",
  InexactTransfer: () => "The payee would not have received exactly the amount; look at the token's fee.",
  PayoutNotUnused: ({ status }) =>
    status === "1" ? "It was paid before." : "It was voided, which is final.",
} as const satisfies ContractDescriptor["remedies"];

export const payoutLedger = {
  name: "PayoutLedger",
  addressSetting: "PAYOUT_LEDGER_ADDRESS",
  abi: PayoutLedger__factory.abi,
  roles: { ...ADMIN_ROLE, ...SIGNER_ROLES, ROUTER: roleId("ROUTER") },
  remedies: { ...SIGNER_REMEDIES, PayoutNotUnused: ROUTER_REMEDIES.PayoutNotUnused },
} as const satisfies PayoutContractDescriptor;

export const payoutRouterV0 = {
  name: "PayoutRouterV0",
  addressSetting: "PAYOUT_ROUTER_V0_ADDRESS",
  abi: PayoutRouterV0__factory.abi,
  roles: { ...ADMIN_ROLE, ...ROUTER_ROLES },
  remedies: ROUTER_REMEDIES,
} as const satisfies PayoutContractDescriptor;

export const payoutRouterKyc = {
  name: "PayoutRouterKYC",
  addressSetting: "PAYOUT_ROUTER_KYC_ADDRESS",
  abi: PayoutRouterKYC__factory.abi,
  roles: { ...ADMIN_ROLE, ...ROUTER_ROLES, COMPLIANCE: roleId("COMPLIANCE") },
  remedies: {
    ...ROUTER_REMEDIES,
    ComplianceExpired: () => "Compliance has to approve the payment again.",
    NotCompliance: ({ signer }) =>
      `Compliance has to approve exactly this payment; ${signer} does not hold the role, or signed something else.`,
    PayeeIsRevoked: ({ payee }) => `Compliance revoked ${payee}; the admin reinstates payees.`,
  },
} as const satisfies PayoutContractDescriptor;

/** Every contract on TRON. */
export const PAYOUT_CONTRACTS = [payoutLedger, payoutRouterV0, payoutRouterKyc] as const;
