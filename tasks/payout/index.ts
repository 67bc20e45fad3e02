import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json } from "../options.ts";

const month = {
  name: "month",
  type: ArgumentType.STRING,
  defaultValue: "",
  description: "The month, e.g. 2026-11",
} as const;

const dryRun = {
  name: "dryRun",
  description: "Say what would be sent and what it would cost, and send nothing",
} as const;

export const payoutTasks = [
  emptyTask("payout", "Plan, approve, pay and explain a month's payouts").build(),

  task(
    ["payout", "plan"],
    "Divide a month's budget by its credits and sign the statement with LUCID_PLANNER_KEY. Example: npx hardhat payout plan --month 2026-11 --budget 12500",
  )
    .addOption(month)
    .addOption({
      name: "budget",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "USDT that the month's entities share, with at most six decimals",
    })
    .addOption({
      name: "minimum",
      type: ArgumentType.STRING,
      defaultValue: "1",
      description: "USDT below which a payment is carried over to the next month",
    })
    .addFlag(json)
    .setAction(() => import("./plan.ts"))
    .build(),

  task(
    ["payout", "approve"],
    "Recompute a month's statement, sign it with LUCID_APPROVER_KEY and enter its payouts. Example: npx hardhat payout approve --month 2026-11",
  )
    .addOption(month)
    .addFlag({ name: "yes", description: "Do not ask before it is signed" })
    .addFlag(json)
    .setAction(() => import("./approve.ts"))
    .build(),

  task(
    ["payout", "explain"],
    "Follow an entity's pay from its proofs to its transaction, and check each step. Example: npx hardhat payout explain 0x… --month 2026-11",
  )
    .addPositionalArgument({ name: "entity", description: "Address of the node, or of its pool" })
    .addOption(month)
    .addFlag({ name: "brief", description: "Leave the proofs out, which are read slot by slot" })
    .addFlag(json)
    .setAction(() => import("./explain.ts"))
    .build(),

  task(
    ["payout", "deploy"],
    "Deploy PayoutLedger and both routers to TRON with LUCID_ADMIN_KEY, grant their roles and set limits; run again, it adds what is missing. Example: npx hardhat payout deploy --payment-limit 5000 --day-limit 50000",
  )
    .addOption({
      name: "treasury",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "TRON address that is paid from (default: the deployer's)",
    })
    .addOption({
      name: "disburser",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "TRON address that sends payments (default: that of TRON_DISBURSER_KEY)",
    })
    .addOption({
      name: "compliance",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "TRON address that approves payees (default: that of TRON_COMPLIANCE_KEY)",
    })
    .addOption({
      name: "paymentLimit",
      type: ArgumentType.STRING,
      defaultValue: "",
      description:
        "USDT that one payment may be; without it nothing changes, and nothing can be paid at first",
    })
    .addOption({
      name: "dayLimit",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "USDT that each router may pay on a UTC day",
    })
    .addOption({
      name: "allowance",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "USDT that the treasury allows each router, where it is the deployer's account",
    })
    .addFlag({ name: "testToken", description: "Deploy a copy of Tether to pay out; not on mainnet" })
    .addFlag(dryRun)
    .addFlag({ name: "yes", description: "Do not ask before something is sent on mainnet" })
    .addFlag(json)
    .setAction(() => import("./deploy.ts"))
    .build(),

  task(
    ["payout", "run"],
    "Pay what is approved with TRON_DISBURSER_KEY, and settle what is under way. Example: npx hardhat payout run --dry-run",
  )
    .addFlag({ name: "watch", description: "Go on and pay what is approved later, until it is stopped" })
    .addFlag({ name: "retry", description: "Try failed payouts again" })
    .addFlag(dryRun)
    .addFlag({ name: "yes", description: "Do not ask before something is paid on mainnet" })
    .addFlag(json)
    .setAction(() => import("./run.ts"))
    .build(),

  task(
    ["payout", "status"],
    "Sum up payouts by status, and list those that are not confirmed. Example: npx hardhat payout status --month 2026-11",
  )
    .addOption(month)
    .addFlag(json)
    .setAction(() => import("./status.ts"))
    .build(),

  task(
    ["payout", "reconcile"],
    "Compare the store with the routers' events, the token's transfers and the ledger; exit code 1 where they differ. Example: npx hardhat payout reconcile",
  )
    .addOption({
      name: "fromBlock",
      type: ArgumentType.STRING,
      defaultValue: "",
      description:
        "First block that is read (default: the one in which payout deploy deployed the first router)",
    })
    .addFlag(json)
    .setAction(() => import("./reconcile.ts"))
    .build(),

  task(
    ["payout", "request"],
    "Make one payment without KYC: the planner signs it, then the approver with --approve. Example: npx hardhat payout request --reference INV-7 --to T… --amount 120 --reason 'Translation'",
  )
    .addOption({
      name: "reference",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "What it is known by: one payment for each, ever",
    })
    .addOption({
      name: "to",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "TRON address of the payee",
    })
    .addOption({ name: "amount", type: ArgumentType.STRING, defaultValue: "", description: "USDT" })
    .addOption({
      name: "reason",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "What it is paid for",
    })
    .addFlag({ name: "approve", description: "Sign it with LUCID_APPROVER_KEY and enter its payout" })
    .addFlag({ name: "yes", description: "Do not ask before it is approved" })
    .addFlag(json)
    .setAction(() => import("./request.ts"))
    .build(),

  task(
    ["payout", "void"],
    "Send the ledger what planner and approver voided with a month's statement. Example: npx hardhat payout void --month 2027-02",
  )
    .addOption(month)
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("./void.ts"))
    .build(),

  task(
    ["payout", "close"],
    "Close the statement that is open for a month, or for a request, for good: the planner signs it, then the approver with --approve; --send closes it. Example: npx hardhat payout close --month 2026-11",
  )
    .addOption(month)
    .addOption({
      name: "reference",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "The request's reference, instead of a month",
    })
    .addFlag({ name: "approve", description: "Sign it with LUCID_APPROVER_KEY" })
    .addFlag({ name: "send", description: "Close it with both signatures, and refuse its payouts" })
    .addFlag({ ...dryRun, description: "With --send: say what it would cost, and send nothing" })
    .addFlag({ name: "yes", description: "Do not ask before it is approved" })
    .addFlag(json)
    .setAction(() => import("./close.ts"))
    .build(),

  emptyTask(["payout", "kyc"], "Approve and revoke payees of the router with KYC").build(),

  task(
    ["payout", "kyc", "approve"],
    "Sign compliance's approval of one payment with TRON_COMPLIANCE_KEY and enter it. Example: npx hardhat payout kyc approve 0x… --kyc-hash 0x… --expires 2026-12-31T00:00:00Z",
  )
    .addPositionalArgument({ name: "payout", description: "Its payoutId" })
    .addOption({
      name: "kycHash",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "Salted commitment to the file of the check: 0x and 64 hex digits, nothing personal",
    })
    .addOption({
      name: "expires",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "Until when it counts: Unix seconds, or an ISO 8601 date and time with its zone",
    })
    .addFlag(json)
    .setAction(() => import("./kyc-approve.ts"))
    .build(),

  task(
    ["payout", "kyc", "revoke"],
    "Stop payments to a payee at the router with KYC, with TRON_COMPLIANCE_KEY. Example: npx hardhat payout kyc revoke T…",
  )
    .addPositionalArgument({ name: "payee", description: "TRON address" })
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("./kyc-revoke.ts"))
    .build(),
];
