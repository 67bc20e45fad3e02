// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { Vm } from "./Vm.sol";

/// @notice Deploys a contract from its artifact: a test that said `new` would contain it, and have it compiled once more.
/// @param name Of the contract, which is in a file of the same name.
/// @param arguments Of its constructor, as ABI.
/// @return deployment Where it is.
function deployed(string memory name, bytes memory arguments) returns (address deployment) {
    Vm vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    bytes memory code = bytes.concat(vm.getCode(string.concat(name, ".sol:", name)), arguments);
    assembly ("memory-safe") {
        deployment := create(0, add(code, 0x20), mload(code))
        if iszero(deployment) {
            returndatacopy(0, 0, returndatasize())
            revert(0, returndatasize())
        }
    }
}
