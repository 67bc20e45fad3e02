// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title BoundedCall
/// @author Lucid
/// @notice Calls whose answer is copied up to a bound: Solidity's own copies all of it, and a callee that answers with
/// megabytes would make its caller pay for them.
library BoundedCall {
    /// @notice Calls a contract, whether it succeeds or not.
    /// @param target The contract.
    /// @param gasLimit How much gas it is given, at most.
    /// @param data The call.
    /// @param maxAnswer How many bytes of the answer are copied, at most.
    /// @return success Whether it returned; also true where there is no contract.
    /// @return answer What it returned or reverted with, cut to the bound.
    function tryCall(
        address target,
        uint256 gasLimit,
        bytes memory data,
        uint256 maxAnswer
    ) internal returns (bool success, bytes memory answer) {
        assembly ("memory-safe") {
            success := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0)
            let size := returndatasize()
            if gt(size, maxAnswer) {
                size := maxAnswer
            }
            answer := mload(0x40)
            mstore(answer, size)
            returndatacopy(add(answer, 0x20), 0, size)
            mstore(0x40, and(add(add(answer, size), 0x3f), not(0x1f)))
        }
    }
}
