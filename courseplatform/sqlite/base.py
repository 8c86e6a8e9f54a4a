"""Django's SQLite backend; transactions and single writes wait for their turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.sqlite3 import base

from courseplatform.sqlite.turns import Turn

#: What begins so changes something, and takes the write lock where no transaction has it yet.
WRITES = ("INSERT", "UPDATE", "DELETE")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection. Transactions are IMMEDIATE, so who begins one is going to write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn: Turn | None = None
        self.execute_wrappers.append(self._in_turn)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._turn = None if self.is_in_memory_db() else Turn(f"{conn_params['database']}-turn")
        self._seconds = float(conn_params.get("timeout", 5.0))
        return super().get_new_connection(conn_params)

    def _in_turn(self, execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if self.in_atomic_block or not sql.startswith(WRITES):
            return execute(sql, *arguments)
        self._begin_turn()
        try:
            return execute(sql, *arguments)
        finally:
            self._end_turn()

    def _begin_turn(self) -> None:
        if self._turn is not None:
            with self.wrap_database_errors:
                self._turn.take(seconds=self._seconds)

    def _end_turn(self) -> None:
        if self._turn is not None:
            self._turn.end()

    def _start_transaction_under_autocommit(self) -> None:
        self._begin_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave out what is private
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        committed = super()._commit()  # type: ignore[misc]
        self._end_turn()
        return committed

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()
