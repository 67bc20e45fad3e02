import { isAddress } from "../address.ts";
import { ContractInvalid } from "../errors.ts";
import type { Plain } from "../protobuf/codec.ts";
import { newAccount } from "../state/account.ts";
import type { World } from "../state/world.ts";
import type { Execution, ExecutionContext } from "./execution.ts";

/** Moves TRX. @throws {ContractInvalid} */
export function executeTransfer(
  message: Plain,
  { world, headTime, parameters }: ExecutionContext,
): Execution {
  const { owner, to, amount } = checkTransfer(message, world, parameters.newAccountFee);
  const fee = world.account(to) === undefined ? parameters.newAccountFee : 0n;
  const recipient = world.account(to) ?? newAccount(to, { createTime: headTime, hasPermissions: true });
  world.setAccount(recipient);
  world.burn(owner, fee);
  move(world, owner, to, amount);
  return { fee, run: undefined };
}

/** The checks of a transfer, in the order in which a node makes them. @throws {ContractInvalid} */
export function checkTransfer(message: Plain, world: World, newAccountFee: bigint) {
  const owner = addressOf(message.owner_address, "Invalid ownerAddress!");
  const to = addressOf(message.to_address, "Invalid toAddress!");
  const amount = (message.amount as bigint | undefined) ?? 0n;
  if (owner === to) throw new ContractInvalid("Cannot transfer TRX to yourself.");
  const sender = world.account(owner);
  if (sender === undefined) throw new ContractInvalid("Validate TransferContract error, no OwnerAccount.");
  if (amount <= 0n) throw new ContractInvalid("Amount must be greater than 0.");
  const recipient = world.account(to);
  if (recipient?.isContract) throw new ContractInvalid("Cannot transfer TRX to a smartContract.");
  const fee = recipient === undefined ? newAccountFee : 0n;
  if (sender.balance < amount + fee)
    throw new ContractInvalid("Validate TransferContract error, balance is not sufficient.");
  return { owner, to, amount };
}

function addressOf(value: Plain[string], reason: string): string {
  if (!Buffer.isBuffer(value) || !isAddress(value)) throw new ContractInvalid(reason);
  return value.toString("hex");
}

function move(world: World, from: string, to: string, amount: bigint): void {
  const [sender, recipient] = [world.account(from), world.account(to)];
  if (sender === undefined || recipient === undefined) throw new Error("a checked transfer lost an account");
  world.setAccount({ ...sender, balance: sender.balance - amount });
  world.setAccount({ ...recipient, balance: recipient.balance + amount });
}
