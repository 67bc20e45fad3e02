// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { PlainToken } from "./PlainToken.sol";

/// @title ReenteringToken
/// @author Lucid
/// @notice A token that makes a call of its own in the middle of each transfer, and goes on whatever comes of it.
/// @dev For tests.
contract ReenteringToken is PlainToken {
    address private _callee;

    bytes private _call;

    /// @notice Whether the last of its calls succeeded.
    bool public hasSucceeded;

    /// @notice What the last of its calls returned or reverted with.
    bytes public answer;

    /// @notice Sets the call.
    /// @param callee Whom to call.
    /// @param call With what.
    function setCall(address callee, bytes calldata call) external {
        (_callee, _call) = (callee, call);
    }

    /// @inheritdoc PlainToken
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        // solhint-disable-next-line avoid-low-level-calls
        (hasSucceeded, answer) = _callee.call(_call);
        _move(from, to, amount);
        return true;
    }
}
