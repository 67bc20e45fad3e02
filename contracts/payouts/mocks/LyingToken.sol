// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { PlainToken } from "./PlainToken.sol";

/// @title LyingToken
/// @author Lucid
/// @notice A token whose answer says nothing of what it did: it debits and credits what it was told to.
/// @dev For tests.
contract LyingToken is PlainToken {
    /// @notice What is added to the amount that is taken from the sender.
    int256 public extraDebit;

    /// @notice What is added to the amount that the payee gets.
    int256 public extraCredit;

    /// @notice What transferFrom returns.
    bool public answer = true;

    /// @notice Sets how far the token departs from what it is asked for.
    /// @param debit Added to what is taken from the sender.
    /// @param credit Added to what the payee gets.
    /// @param answer_ What transferFrom returns.
    function setLie(int256 debit, int256 credit, bool answer_) external {
        (extraDebit, extraCredit, answer) = (debit, credit, answer_);
    }

    /// @inheritdoc PlainToken
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        balanceOf[from] = uint256(int256(balanceOf[from]) - int256(amount) - extraDebit);
        balanceOf[to] = uint256(int256(balanceOf[to]) + int256(amount) + extraCredit);
        return answer;
    }
}
