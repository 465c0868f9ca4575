#!/usr/bin/env python3
"""An agent that says what its caller says, a second later, and is silent at once when he presses a key or begins to speak.

usage: echo_agent.py URL [REMOTE]      such as ws://127.0.0.1:8765/call/alice 127.0.0.1:4000      (needs websockets)
"""
import asyncio, collections, json, struct, sys
import websockets

HEADER = struct.Struct("<QQfI")  # tick, time in ns, voice 0 to 1, blocks lost before it
DELAY, QUIET = 50, 15  # frames of 20 ms: how late the echo is; how long a pause before he begins to speak again


async def talk(url, remote=None):
    async with websockets.connect(url) as gateway:
        start = {"event": "start", "codec": "PCMU", "rate": 8000, "dtmf": 101, "voice": True}
        await gateway.send(json.dumps(start | ({"remote": remote} if remote else {})))
        heard, quiet = collections.deque(), 0
        async for message in gateway:
            cut = False
            if isinstance(message, bytes):  # 20 ms of what the caller says
                voice = HEADER.unpack_from(message)[2]
                cut, quiet = voice > 0.8 and quiet >= QUIET, 0 if voice > 0.3 else quiet + 1
                heard.append(message[HEADER.size:])
                if len(heard) > DELAY:
                    await gateway.send(heard.popleft())
            else:
                told = json.loads(message)
                print(message, flush=True)
                cut = told["event"] == "dtmf"
            if cut:
                heard.clear()
                await gateway.send(json.dumps({"event": "clear"}))


asyncio.run(talk(*sys.argv[1:]))
