"""A phone by pjsua2 (PyPI: pjsua2-python): lines in, lines out.

In: dial URI, accept, key DIGIT, hold, resume, hangup, quit. Out: registered, incoming, established, digit X, closed.
It says a WAV file over and over and keeps what it hears in another.
"""
import select
import sys

import pjsua2 as pj

name, password, node, codec, srtp, said, heard = sys.argv[1:8]


def tell(*words):
    print(*words, flush=True)


class Call(pj.Call):
    def __init__(self, account, number=pj.PJSUA_INVALID_ID):
        pj.Call.__init__(self, account, number)
        self.player = self.recorder = None

    def onCallState(self, prm):
        state = self.getInfo().state
        if state == pj.PJSIP_INV_STATE_CONFIRMED:
            tell("established")
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED:
            tell("closed", self.getInfo().lastStatusCode)

    def onCallMediaState(self, prm):
        # Kept by its name: its parts go when it does.
        info = self.getInfo()
        for media in info.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                audio = self.getAudioMedia(media.index)
                if self.player is None:
                    self.player, self.recorder = pj.AudioMediaPlayer(), pj.AudioMediaRecorder()
                    self.player.createPlayer(said)
                    self.recorder.createRecorder(heard)
                self.player.startTransmit(audio)
                audio.startTransmit(self.recorder)

    def onDtmfDigit(self, prm):
        tell("digit", prm.digit)


class Account(pj.Account):
    call = None

    def onRegState(self, prm):
        if prm.code == 200 and prm.expiration > 0:
            tell("registered")

    def onIncomingCall(self, prm):
        self.call = Call(self, prm.callId)
        tell("incoming")


endpoint = pj.Endpoint()
endpoint.libCreate()
config = pj.EpConfig()
config.logConfig.level = config.logConfig.consoleLevel = 0
config.uaConfig.threadCnt = 0
config.uaConfig.mainThreadOnly = True
# What the tone is of, so that nothing is converted; no echo canceller, no gaps for silence.
config.medConfig.clockRate = config.medConfig.sndClockRate = 16000 if codec == "G722" else 8000
config.medConfig.ecTailLen = 0
config.medConfig.noVad = True
config.medConfig.quality = 10
endpoint.libInit(config)
transport = pj.TransportConfig()
transport.boundAddress = "127.0.0.1"
endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
endpoint.audDevManager().setNullDev()
endpoint.libStart()
for known in endpoint.codecEnum2():
    endpoint.codecSetPriority(known.codecId, 200 if known.codecId.split("/")[0] == codec else 0)

settings = pj.AccountConfig()
settings.idUri = f"sip:{name}@{node}"
settings.regConfig.registrarUri = f"sip:{node}"
settings.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", name, 0, password))
settings.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
settings.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_MANDATORY if srtp == "srtp" else pj.PJMEDIA_SRTP_DISABLED
settings.mediaConfig.srtpSecureSignaling = 0
account = Account()
account.create(settings)

while True:
    endpoint.libHandleEvents(10)
    if not select.select([sys.stdin], [], [], 0)[0]:
        continue
    words = sys.stdin.readline().split()
    if not words or words[0] == "quit":
        break
    prm = pj.CallOpParam(True)
    if words[0] == "dial":
        account.call = Call(account)
        account.call.makeCall(words[1], prm)
    elif words[0] == "accept":
        prm.statusCode = 200
        account.call.answer(prm)
    elif words[0] == "key":
        account.call.dialDtmf(words[1])
    elif words[0] == "hold":
        account.call.setHold(prm)
    elif words[0] == "resume":
        prm.opt.flag = pj.PJSUA_CALL_UNHOLD
        account.call.reinvite(prm)
    elif words[0] == "hangup":
        account.call.hangup(prm)
# The recorder's file is whole when it is gone.
account.call = None
endpoint.libDestroy()
