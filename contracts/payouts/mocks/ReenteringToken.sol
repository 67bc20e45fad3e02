// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { PlainToken } from "./PlainToken.sol";

/// @title ReenteringToken
/// @author Lucid
/// @notice A token that makes a call of its own in the middle of each transfer, and goes on whatever comes of it.
/// @dev For tests.
contract ReenteringToken is PlainToken {
    /// @notice Whom it calls.
    address public target;

    /// @notice With what it calls.
    bytes public data;

    /// @notice Whether the last of its calls succeeded.
    bool public hasSucceeded;

    /// @notice What the last of its calls returned or reverted with.
    bytes public answer;

    /// @notice Sets the call.
    /// @param target_ Whom to call.
    /// @param data_ With what.
    function setCall(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    /// @inheritdoc PlainToken
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        // solhint-disable-next-line avoid-low-level-calls
        (hasSucceeded, answer) = target.call(data);
        _move(from, to, amount);
        return true;
    }
}
