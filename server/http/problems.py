"""How the API says no: a key for programs, a sentence for people, a status, and never what was sent."""

import logging
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from server.core.journal import NotStored
from server.http.auth import Busy
from server.http.texts import TEXTS

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Problem(Exception):
    """A request that is refused; `retry_after` in seconds where waiting helps."""

    def __init__(self, key: str, status: int, retry_after: int | None = None) -> None:
        super().__init__(key)
        self.key = key
        self.status = status
        self.retry_after = retry_after


class ProblemBody(msgspec.Struct, frozen=True, kw_only=True):
    """What travels."""

    error: str
    message: str
    retry_after: int | None = None


def answer(problem: Problem) -> web.Response:
    """Return the response of a refusal."""
    message = TEXTS[problem.key].format(seconds=problem.retry_after or 0)
    body = ProblemBody(error=problem.key, message=message, retry_after=problem.retry_after)
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return web.Response(
        status=problem.status,
        headers=headers,
        body=msgspec.json.encode(body),
        content_type="application/json",
    )


@web.middleware
async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what went wrong into an answer of one shape."""
    try:
        return await handler(request)
    except Problem as problem:
        return answer(problem)
    except NotStored:
        return answer(Problem("store", 503, 1))
    except Busy:
        return answer(Problem("busy", 503, 2))
    except web.HTTPRequestEntityTooLarge:
        return answer(Problem("too_large", 413))
    except web.HTTPException as error:
        if error.status < 400 or not request.path.startswith("/api/"):
            raise
        return answer(Problem("not_found" if error.status in {404, 405} else "bad_json", error.status))
    except (ConnectionError, TimeoutError):
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.match_info.route.name or "?")
        return answer(Problem("failed", 500))
