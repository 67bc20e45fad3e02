import { AbiCoder } from "ethers";
import {
  PayoutLedger__factory,
  PayoutRouterKYC__factory,
  PayoutRouterV0__factory,
} from "../../typechain-types/index.ts";
import { hexOf, tronAddressOf } from "../tron-address.ts";
import { payoutLedger, payoutRouterKyc, payoutRouterV0 } from "./contracts/descriptors.ts";
import {
  DEPLOYED,
  type DeployedName,
  type DeploymentFile,
  type DeploymentRecord,
} from "./deployment-record.ts";
import { PayoutServiceError } from "./service/errors.ts";
import { PayoutChain } from "./service/payout-chain.ts";
import { LEDGER_ABI, ROUTER_ABI, TOKEN_ABI } from "./service/router-calls.ts";
import type { PurposefulCall, TronSender } from "./service/tron-sender.ts";
import type { KnownRouter } from "./service/verify-row.ts";
import type { Signers } from "./signers.ts";
import { TronError } from "./tron/errors.ts";
import type { TronClient, TronDeployment } from "./tron-client.ts";

/** Who gets which role. Base58check; planner and approver as in the settings. */
export interface DeploymentRoles {
  readonly signers: Signers;
  readonly disburser: string;
  readonly compliance: string;
  readonly pauser: string;
}

export interface DeploymentOptions {
  /** What is paid out; undefined where `testToken` is deployed for it. */
  readonly token: string | undefined;
  readonly testToken: TronDeployment | undefined;
  readonly treasury: string;
  readonly roles: DeploymentRoles;
  /** micro-USDT; a limit of undefined stays as it is, and is 0 at first. */
  readonly paymentLimit: bigint | undefined;
  readonly dayLimit: bigint | undefined;
  /** What the treasury allows each router, in micro-USDT, where the deployer is the treasury. */
  readonly allowance: bigint | undefined;
}

export interface DeploymentModules {
  readonly tron: TronClient;
  readonly sender: TronSender;
  readonly file: DeploymentFile;
  readonly onStep?: (text: string) => void;
}

export interface DeployedPayouts {
  readonly token: string;
  readonly ledger: string;
  readonly v0: string;
  readonly kyc: string;
  /** What this run sent beside deployments. */
  readonly calls: readonly string[];
}

const abi = AbiCoder.defaultAbiCoder();

/**
 * Deploys the ledger and both routers, admits the routers, grants roles and sets limits. Killed and run again, it goes on
 * where it was: a deployment is saved before it is sent, and what is set already is not set again.
 *
 * @throws {PayoutServiceError} PAYOUT_DEPLOYMENT_DIFFERS, PAYOUT_FEE_CEILING, PAYOUT_FEES_SHORT
 * @throws {TronError}
 */
export async function deployPayouts(
  options: DeploymentOptions,
  modules: DeploymentModules,
): Promise<DeployedPayouts> {
  const { tron, sender, file } = modules;
  const stored = await file.read();
  const { treasury, token: given } = options;
  const record: DeploymentRecord = stored ?? {
    ...{ chainId: tron.chainId.toString(), deployer: sender.address, treasury, contracts: {} },
    ...(given && { token: given }),
  };
  requireSame(record, { deployer: sender.address, treasury, token: given }, file.path);
  const token = given ?? (await deployed("token", options.testToken, record, modules));
  const ledger = await deployed("ledger", ledgerDeployment(sender.address), record, modules);
  const parties = [token, treasury, ledger, sender.address];
  const v0 = await deployed("v0", routerDeployment("v0", parties), record, modules);
  const kyc = await deployed("kyc", routerDeployment("kyc", parties), record, modules);
  const calls = await missingCalls({ token, ledger, v0, kyc }, options, modules);
  for (const { purpose } of calls) modules.onStep?.(purpose);
  await sender.sendAll(calls);
  return { token, ledger, v0, kyc, calls: calls.map(({ purpose }) => purpose) };
}

/** What the deployments that are missing cost at most, in sun; nothing is sent. */
export async function previewDeployment(
  options: Pick<DeploymentOptions, "token" | "testToken" | "treasury">,
  { sender, file }: DeploymentModules,
): Promise<{
  readonly steps: readonly { readonly name: string; readonly fees: bigint }[];
  readonly fees: bigint;
}> {
  const { contracts = {} } = (await file.read()) ?? {};
  const parties = Array.from({ length: 4 }, () => sender.address);
  const planned: Readonly<Record<DeployedName, TronDeployment | undefined>> = {
    token: options.token === undefined ? options.testToken : undefined,
    ledger: ledgerDeployment(sender.address),
    v0: routerDeployment("v0", parties),
    kyc: routerDeployment("kyc", parties),
  };
  const steps: { name: string; fees: bigint }[] = [];
  for (const name of DEPLOYED) {
    const deployment = planned[name];
    if (deployment === undefined || contracts[name] !== undefined) continue;
    steps.push({ name: deployment.name, fees: (await sender.feesOfDeployment(deployment)).expected });
  }
  return { steps, fees: steps.reduce((sum, { fees }) => sum + fees, 0n) };
}

function requireSame(
  record: DeploymentRecord,
  asked: { readonly deployer: string; readonly treasury: string; readonly token: string | undefined },
  file: string,
): void {
  for (const field of ["deployer", "treasury", "token"] as const) {
    const stored = record[field];
    if (stored === asked[field] || (field === "token" && asked.token === undefined)) continue;
    throw new PayoutServiceError({
      code: "PAYOUT_DEPLOYMENT_DIFFERS",
      ...{ file, field, stored: stored ?? "none", asked: asked[field] ?? "none" },
    });
  }
}

/** The address of a contract, which is deployed where it is not. */
async function deployed(
  name: DeployedName,
  deployment: TronDeployment | undefined,
  record: DeploymentRecord,
  { sender, file, onStep }: DeploymentModules,
): Promise<string> {
  const known = record.contracts[name];
  if (known !== undefined && known.pending === undefined) return known.address;
  if (deployment === undefined) {
    const asked = "an address, or a token for tests";
    throw new PayoutServiceError({
      code: "PAYOUT_DEPLOYMENT_DIFFERS",
      ...{ file: file.path, field: name, stored: "none", asked },
    });
  }
  const purpose = `Deploying ${deployment.name}`;
  onStep?.(purpose);
  let sent = known?.pending && { ...known.pending, txid: known.txid, purpose, contract: known.address };
  let block: number;
  for (;;) {
    if (sent === undefined) {
      sent = await sender.signDeployment(deployment);
      const { contract: address, txid, bytes, expiresAt } = sent;
      record.contracts[name] = { address, txid, pending: { bytes, expiresAt } };
      await file.write(record);
    }
    try {
      block = (await sender.awaitSuccess(sent)).blockNumber;
      break;
    } catch (error) {
      const isGone =
        error instanceof TronError &&
        (error.code === "TRON_TRANSACTION_EXPIRED" || error.code === "TRON_TRANSACTION_FAILED");
      if (!isGone) throw error;
      // What failed or expired is not there: the next run deploys it.
      delete record.contracts[name];
      await file.write(record);
      if (error.code === "TRON_TRANSACTION_FAILED") throw error;
      sent = undefined;
    }
  }
  const { contract: address, txid } = sent;
  record.contracts[name] = { address, txid, block };
  await file.write(record);
  return address;
}

function ledgerDeployment(admin: string): TronDeployment {
  const { abi: methods, bytecode } = PayoutLedger__factory;
  return { name: "PayoutLedger", abi: methods, code: bytecode + argumentsOf([admin]) };
}

/** @param parties token, treasury, ledger and admin */
function routerDeployment(kind: KnownRouter["kind"], parties: readonly string[]): TronDeployment {
  const { abi: methods, bytecode } = kind === "v0" ? PayoutRouterV0__factory : PayoutRouterKYC__factory;
  const { name } = kind === "v0" ? payoutRouterV0 : payoutRouterKyc;
  return { name, abi: methods, code: bytecode + argumentsOf(parties) };
}

const argumentsOf = (addresses: readonly string[]) =>
  abi
    .encode(
      addresses.map(() => "address"),
      addresses.map(hexOf),
    )
    .slice(2);

type Addresses = Readonly<Record<DeployedName, string>>;

/** What is not as the options say. */
async function missingCalls(
  { token, ledger, v0, kyc }: Addresses,
  options: DeploymentOptions,
  { tron, sender }: DeploymentModules,
): Promise<PurposefulCall[]> {
  const chain = new PayoutChain(tron);
  const { signers, disburser, compliance, pauser } = options.roles;
  const [planner, approver] = [tronAddressOf(signers.planner), tronAddressOf(signers.approver)];
  const signing = [
    ["PLANNER", planner],
    ["APPROVER", approver],
  ] as const;
  const paying = [...signing, ["DISBURSER", disburser], ["PAUSER", pauser]] as const;
  const grants = [
    ...([...signing, ["ROUTER", v0], ["ROUTER", kyc]] as const).map(
      ([role, account]) => [ledger, role, payoutLedger.roles[role], account] as const,
    ),
    ...[v0, kyc].flatMap((router) =>
      paying.map(([role, account]) => [router, role, payoutRouterV0.roles[role], account] as const),
    ),
    [kyc, "COMPLIANCE", payoutRouterKyc.roles.COMPLIANCE, compliance] as const,
  ];
  const calls: PurposefulCall[] = [];
  for (const [contract, role, id, account] of grants) {
    if (await chain.hasRole(contract, id, account)) continue;
    calls.push({
      ...{ contract, name: "grantRole", purpose: `Granting ${role} on ${contract} to ${account}` },
      data: LEDGER_ABI.encodeFunctionData("grantRole", [id, hexOf(account)]),
    });
  }
  for (const [kind, address] of [["v0", v0] as const, ["kyc", kyc] as const]) {
    const limits = await chain.limits({ kind, address });
    const payment = options.paymentLimit ?? limits.payment;
    const day = options.dayLimit ?? limits.day;
    if (payment === limits.payment && day === limits.day) continue;
    calls.push({
      ...{ contract: address, name: "setLimits", purpose: `Setting the limits of ${address}` },
      data: ROUTER_ABI[kind].encodeFunctionData("setLimits", [payment, day]),
    });
  }
  const { allowance, treasury } = options;
  for (const router of allowance !== undefined && treasury === sender.address ? [v0, kyc] : []) {
    if ((await chain.allowance(token, treasury, router)) === allowance) continue;
    calls.push({
      ...{ contract: token, name: "approve", purpose: `Allowing ${router} to draw from ${treasury}` },
      data: TOKEN_ABI.encodeFunctionData("approve", [hexOf(router), allowance]),
    });
  }
  return calls;
}
