import { hexOf, tronAddressOf } from "../../tron-address.ts";
import { payoutRouterKyc, payoutRouterV0 } from "../contracts/descriptors.ts";
import type { Signers } from "../signers.ts";
import type { TronCall, TronClient } from "../tron-client.ts";
import type { RouterState } from "./preflight.ts";
import { LEDGER_ABI, ROUTER_ABI, TOKEN_ABI } from "./router-calls.ts";
import type { KnownRouter } from "./verify-row.ts";

/** What a router knows of a statement. */
export interface StatementOnChain {
  readonly total: bigint;
  readonly paid: bigint;
  readonly period: bigint;
  readonly state: "unknown" | "open" | "closed";
}

/** The state to ask: that of the node, pending transactions included, or the solidified one. */
export type AskedState = "head" | "solid";

type Abi = typeof LEDGER_ABI;

const STATES = ["unknown", "open", "closed"] as const;

/** What the service asks the contracts, by their ABIs. Addresses are base58check. */
export class PayoutChain {
  readonly #tron: TronClient;
  /** Immutables of routers. */
  readonly #parties = new Map<string, Promise<{ token: string; treasury: string; ledger: string }>>();

  constructor(tron: TronClient) {
    this.#tron = tron;
  }

  /** The token that a router pays, the treasury that it draws from, and its ledger: all three are fixed. */
  parties(router: KnownRouter): Promise<{ token: string; treasury: string; ledger: string }> {
    const known = this.#parties.get(router.address);
    if (known !== undefined) return known;
    const asked = this.#readParties(router);
    this.#parties.set(router.address, asked);
    asked.catch(() => this.#parties.delete(router.address));
    return asked;
  }

  async statementOf(router: KnownRouter, root: string, from: AskedState): Promise<StatementOnChain> {
    const [total, paid, period, state] = await this.#ask(router, "statementOf", [root], from);
    return { total, paid, period, state: STATES[Number(state)] ?? "unknown" };
  }

  /** Root of the statement that is open in a period; zero where there is none. */
  async openRoot(router: KnownRouter, period: bigint): Promise<string> {
    const [root] = await this.#ask(router, "statementOfPeriod", [period], "head");
    return root;
  }

  async isPaid(ledger: string, payoutId: string): Promise<boolean> {
    return await this.#ledgerSays(ledger, "isPaid", payoutId);
  }

  async isVoid(ledger: string, payoutId: string): Promise<boolean> {
    return await this.#ledgerSays(ledger, "isVoid", payoutId);
  }

  /** Whether a payee is on the token's blacklist: it would be paid, and could not use it. */
  async isBlacklisted(token: string, payee: string, from: AskedState = "head"): Promise<boolean> {
    return (await this.#contract(token, TOKEN_ABI, "getBlackListStatus", [hexOf(payee)], from))[0];
  }

  /** micro-USDT */
  async balanceOf(token: string, account: string, from: AskedState): Promise<bigint> {
    return (await this.#contract(token, TOKEN_ABI, "balanceOf", [hexOf(account)], from))[0];
  }

  async allowance(token: string, owner: string, spender: string): Promise<bigint> {
    return (await this.#contract(token, TOKEN_ABI, "allowance", [hexOf(owner), hexOf(spender)], "head"))[0];
  }

  async isRevoked(router: KnownRouter, payee: string): Promise<boolean> {
    return (await this.#ask(router, "isRevoked", [hexOf(payee)], "head"))[0];
  }

  /** @param signer 0x and 40 hex digits */
  async mayApprove(router: KnownRouter, signer: string): Promise<boolean> {
    return (await this.#ask(router, "hasRole", [payoutRouterKyc.roles.COMPLIANCE, signer], "head"))[0];
  }

  /** Whether somebody may sign statements for a router, for good. @param signer 0x and 40 hex digits */
  async maySign(router: KnownRouter, role: keyof Signers, signer: string): Promise<boolean> {
    const id = payoutRouterV0.roles[role === "planner" ? "PLANNER" : "APPROVER"];
    return (await this.#ask(router, "hasRole", [id, signer], "solid"))[0];
  }

  async limits(router: KnownRouter): Promise<{ readonly payment: bigint; readonly day: bigint }> {
    const [[payment], [day]] = await Promise.all([
      this.#ask(router, "paymentLimit", [], "head"),
      this.#ask(router, "dayLimit", [], "head"),
    ]);
    return { payment, day };
  }

  /** @param role its id */
  async hasRole(contract: string, role: string, account: string): Promise<boolean> {
    return (await this.#contract(contract, LEDGER_ABI, "hasRole", [role, hexOf(account)], "head"))[0];
  }

  /** What decides whether a router can pay rows of a statement now. */
  async routerState(router: KnownRouter, root: string, disburser: string): Promise<RouterState> {
    const { token, treasury, ledger } = await this.parties(router);
    const at = (name: string, args: readonly unknown[] = []) => this.#ask(router, name, args, "head");
    const ofToken = (name: string, args: readonly unknown[] = []) =>
      this.#contract(token, TOKEN_ABI, name, args, "head");
    const [statement, ...answers] = await Promise.all([
      this.statementOf(router, root, "head"),
      at("paused"),
      at("hasRole", [payoutRouterV0.roles.DISBURSER, hexOf(disburser)]),
      this.#contract(ledger, LEDGER_ABI, "ROUTER_ROLE", [], "head"),
      at("paymentLimit"),
      at("dayLimit"),
      at("paidToday"),
      ofToken("paused"),
      ofToken("deprecated"),
      ofToken("basisPointsRate"),
      ofToken("maximumFee"),
      ofToken("getBlackListStatus", [hexOf(treasury)]),
      ofToken("balanceOf", [hexOf(treasury)]),
      ofToken("allowance", [hexOf(treasury), hexOf(router.address)]),
    ]);
    const [isPaused, isDisburser, routerRole, paymentLimit, dayLimit, paidToday, ...tokenAnswers] =
      answers.map(([answer]) => answer);
    const [
      tokenPaused,
      tokenDeprecated,
      feeBasisPoints,
      feeMaximum,
      treasuryBlacklisted,
      balance,
      allowance,
    ] = tokenAnswers;
    return {
      router: router.address,
      ...{ isPaused, isDisburser, paymentLimit, dayLimit, paidToday, token, ledger, treasury },
      isAdmitted: await this.hasRole(ledger, routerRole, router.address),
      ...{
        tokenPaused,
        tokenDeprecated,
        feeBasisPoints,
        feeMaximum,
        treasuryBlacklisted,
        balance,
        allowance,
      },
      statementLeft: statement.total - statement.paid,
    };
  }

  async #readParties(router: KnownRouter) {
    const [[token], [treasury], [ledger]] = await Promise.all([
      this.#ask(router, "TOKEN", [], "solid"),
      this.#ask(router, "TREASURY", [], "solid"),
      this.#ask(router, "LEDGER", [], "solid"),
    ]);
    return { token: tronAddressOf(token), treasury: tronAddressOf(treasury), ledger: tronAddressOf(ledger) };
  }

  /** Paid and void are final, so only the solidified state says so. */
  async #ledgerSays(ledger: string, name: string, payoutId: string): Promise<boolean> {
    return (await this.#contract(ledger, LEDGER_ABI, name, [payoutId], "solid"))[0];
  }

  #ask({ kind, address }: KnownRouter, name: string, args: readonly unknown[], from: AskedState) {
    return this.#contract(address, ROUTER_ABI[kind], name, args, from);
  }

  /** @returns what the ABI says: who asks knows the types */
  async #contract(contract: string, abi: Abi, name: string, args: readonly unknown[], from: AskedState) {
    const call: TronCall = { contract, name, data: abi.encodeFunctionData(name, [...args]) };
    const returned =
      from === "solid" ? await this.#tron.callSolid(call) : (await this.#tron.call(call)).returned;
    return abi.decodeFunctionResult(name, returned);
  }
}
