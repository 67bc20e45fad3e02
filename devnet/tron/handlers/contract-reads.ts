import { contractToJson } from "../answers/contract-to-json.ts";
import { caughtUp, NO_USAGE } from "../resources/energy-factor.ts";
import { bytesParam, type CallRequest, type Handler } from "./request.ts";

export const contract: Handler = (request) => {
  const found = request.view.world.contract(contractAddress(request));
  return found === undefined ? {} : contractToJson(found, request.isVisible);
};

export const contractInfo: Handler = (request) => {
  const { world, chain } = request.view;
  const address = contractAddress(request);
  const found = world.contract(address);
  if (found === undefined) return {};
  const { energyUsage, energyFactor, updateCycle } = caughtUp(
    world.usage(address) ?? NO_USAGE,
    world.cycle,
    chain.parameters,
  );
  return {
    runtimecode: Buffer.from(found.code).toString("hex"),
    smart_contract: contractToJson(found, request.isVisible),
    contract_state: {
      ...(energyUsage === 0 ? {} : { energy_usage: energyUsage }),
      ...(energyFactor === 0 ? {} : { energy_factor: energyFactor }),
      ...(updateCycle === 0 ? {} : { update_cycle: updateCycle }),
    },
  };
};

/** The parameter is called `value`, and is an address nevertheless. */
function contractAddress(request: CallRequest): string {
  const { value, ...rest } = request.params;
  const params = value === undefined ? rest : { ...rest, address: value };
  const locate = () => request.locate("value");
  return bytesParam({ ...request, params, locate }, "address")?.toString("hex") ?? "";
}
