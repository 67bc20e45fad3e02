import { withPrefix } from "../address.ts";
import { ContractInvalid } from "../errors.ts";
import type { Plain } from "../protobuf/codec.ts";
import type { Transaction, TransactionContract } from "../transaction/transaction.ts";
import { contractAddress as addressOf } from "../vm/tvm.ts";
import type { Execution, ExecutionContext } from "./execution.ts";
import { runContract } from "./run-contract.ts";

const NAME_BYTES = 32;
/** Contracts since the compatible machine carry this version. */
const VERSION = 1;

/** Deploys a contract. @throws {ContractInvalid} */
export async function executeDeploy(
  transaction: Transaction,
  contract: TransactionContract,
  context: ExecutionContext,
): Promise<Execution> {
  const declaration = checkedDeclaration(contract);
  const address = deployedAddress(transaction, contract);
  const code = (declaration.bytecode as Buffer | undefined) ?? Buffer.alloc(0);
  const value = (declaration.call_value as bigint | undefined) ?? 0n;
  const request = { to: undefined, data: code, value, contractAddress: address };
  const { execution, result } = await runContract(transaction, contract, request, context);
  if (result.outcome === "SUCCESS") declare(context, address, declaration);
  return execution;
}

/** The address, 21 bytes in hex, of the contract that a transaction deploys. */
export function deployedAddress(transaction: Transaction, contract: TransactionContract): string {
  return withPrefix(addressOf(Buffer.from(transaction.id, "hex"), contract.owner).bytes).toString("hex");
}

function checkedDeclaration({ owner, value }: TransactionContract): Plain {
  const declaration = (value.new_contract ?? {}) as Plain;
  const origin = declaration.origin_address;
  if (!Buffer.isBuffer(origin) || !origin.equals(owner))
    throw new ContractInvalid("OwnerAddress is not equals OriginAddress");
  const name = String(declaration.name ?? "");
  if (Buffer.byteLength(name) > NAME_BYTES)
    throw new ContractInvalid("contractName's length cannot be greater than 32");
  const percent = (declaration.consume_user_resource_percent as bigint | undefined) ?? 0n;
  if (percent < 0n || percent > 100n) throw new ContractInvalid("percent must be >= 0 and <= 100");
  const originLimit = (declaration.origin_energy_limit as bigint | undefined) ?? 0n;
  if (originLimit <= 0n) throw new ContractInvalid("The originEnergyLimit must be > 0");
  return declaration;
}

function declare({ world }: ExecutionContext, address: string, declared: Plain): void {
  const contract = world.contract(address);
  const account = world.account(address);
  if (contract === undefined || account === undefined) throw new Error(`${address} was not created`);
  const declaration: Plain = {
    ...declared,
    contract_address: Buffer.from(address, "hex"),
    code_hash: Buffer.from(contract.codeHash),
    version: VERSION,
  };
  world.setContract(address, { ...contract, declaration });
  const { createTime: _none, ...rest } = account;
  world.setAccount({ ...rest, isContract: true, ...nameOf(declared) });
}

const nameOf = ({ name }: Plain) => (typeof name === "string" && name !== "" ? { name } : {});
