// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { PlainToken } from "./PlainToken.sol";

/// @title RevertingToken
/// @author Lucid
/// @notice A token that fails for chosen payees, in a chosen way.
/// @dev For tests.
contract RevertingToken is PlainToken {
    /// @notice How a transfer fails.
    enum Failure {
        None,
        Reason,
        AllGas,
        HugeReason
    }

    /// @notice How transfers to a payee fail.
    mapping(address payee => Failure failure) public failureOf;

    /// @notice A reason to tell.
    /// @param payee Who was to receive money.
    error Refused(address payee);

    /// @notice Makes transfers to a payee fail.
    /// @param payee The payee.
    /// @param failure In which way.
    function setFailure(address payee, Failure failure) external {
        failureOf[payee] = failure;
    }

    /// @inheritdoc PlainToken
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        Failure failure = failureOf[to];
        if (failure == Failure.Reason) revert Refused(to);
        assembly ("memory-safe") {
            switch failure
            case 2 {
                invalid()
            }
            case 3 {
                revert(mload(0x40), 100000)
            }
        }
        _move(from, to, amount);
        return true;
    }
}
