// A telephone of one line for pbx-node's page: SIP over WebSocket (RFC 7118), audio by WebRTC. It registers, calls, is called,
// presses keys, holds nothing and transfers nobody: who wants more takes JsSIP or SIP.js, which the node speaks to as well.
"use strict";
const random = n => Array.from(crypto.getRandomValues(new Uint8Array(n)), b => b.toString(16).padStart(2, "0")).join("");

// MD5 (RFC 1321), for digest credentials: browsers have none.
function md5(text) {
  const octets = new TextEncoder().encode(text), length = octets.length, words = ((length + 8 >> 6) + 1) * 16;
  const m = new Uint32Array(words), k = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
  octets.forEach((octet, i) => m[i >> 2] |= octet << i % 4 * 8);
  m[length >> 2] |= 0x80 << length % 4 * 8; m[words - 2] = length * 8;
  const turns = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < words; at += 16) {
    let [a, b, c, d] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = [b & c | ~b & d, d & b | ~d & c, b ^ c ^ d, c ^ (b | ~d)][round], g = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16;
      const sum = a + f + k[i] + m[at + g] | 0, by = turns[round][i % 4];
      [a, d, c, b] = [d, c, b, b + (sum << by | sum >>> 32 - by) | 0];
    }
    state = [a, b, c, d].map((word, i) => word + state[i] | 0);
  }
  return state.flatMap(w => [w, w >>> 8, w >>> 16, w >>> 24]).map(b => (b & 255).toString(16).padStart(2, "0")).join("");
}

function parse(text) {
  const [head, ...rest] = text.split("\r\n\r\n"), lines = head.split("\r\n"), first = lines.shift(), headers = [];
  for (const line of lines) { const at = line.indexOf(":"); headers.push([line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()]); }
  const short = { v: "via", f: "from", t: "to", i: "call-id", m: "contact", l: "content-length", c: "content-type" };
  const all = name => headers.filter(([n]) => (short[n] || n) == name).map(([, v]) => v);
  const status = first.startsWith("SIP/2.0 ") ? +first.slice(8, 11) : 0;
  return { first, status, method: status ? "" : first.split(" ")[0], all, get: name => all(name)[0] || "", body: rest.join("\r\n\r\n") };
}
const tag = header => /;tag=([^;>\s]+)/.exec(header)?.[1];
const uri = header => /<([^>]+)>/.exec(header)?.[1] ?? header.split(";")[0].trim();

class Telephone {
  // `changed(state, words)` is told: idle, registered, calling, ringing, speaking, failed.
  constructor({ url, name, password, changed }) {
    Object.assign(this, { url, name, password, changed, host: `${random(6)}.invalid`, domain: new URL(url).host, pending: new Map(), sequence: 1 });
    this.own = `sip:${name}@${this.host};transport=ws`;
    this.address = `sip:${name}@${this.domain}`;
  }
  async connect() {
    this.socket = new WebSocket(this.url, "sip");
    await new Promise((yes, no) => { this.socket.onopen = yes; this.socket.onerror = () => no(new Error("the node takes no WebSocket")); });
    this.socket.onmessage = async ({ data }) => this.take(parse(typeof data == "string" ? data : await data.text()));
    this.socket.onclose = () => { this.end(); this.changed("failed", "the connection to the node is gone"); };
    await this.register();
  }
  async register() {
    const answer = await this.request("REGISTER", `sip:${this.domain}`, { callId: this.registration ??= random(8), to: this.address },
      [`Contact: <${this.own}>;expires=300`, "Expires: 300"]);
    if (answer.status != 200) throw new Error(`not registered: ${answer.first.slice(8)}`);
    setTimeout(() => this.socket.readyState == 1 && this.register().catch(() => 0), 240e3);
    if (!this.call) this.changed("registered", `ready as ${this.name}`);
  }
  send(lines, body = "") {
    const type = body ? ["Content-Type: application/sdp"] : [];
    this.socket.send([...lines, ...type, `Content-Length: ${new TextEncoder().encode(body).length}`, "", body].join("\r\n"));
  }
  // Sends a request; the last answer, with credentials where they are asked for. `early` is told of those before.
  request(method, target, dialog, more = [], body = "", early = () => 0, credentials = []) {
    const branch = `z9hG4bK${random(8)}`, sequence = dialog.invite && method == "CANCEL" ? dialog.invite.sequence : this.sequence++;
    const via = method == "CANCEL" ? dialog.invite.via : `Via: SIP/2.0/WS ${this.host};branch=${branch}`;
    dialog.from ??= random(6);
    const to = dialog.remote ?? `<${dialog.to}>`, from = dialog.local ?? `<${this.address}>;tag=${dialog.from}`;
    const head = [via, "Max-Forwards: 70", `From: ${from}`, `To: ${to}`, `Call-ID: ${dialog.callId}`];
    if (method == "INVITE") dialog.invite = { via, sequence, target, head };
    this.send([`${method} ${target} SIP/2.0`, ...head, `CSeq: ${sequence} ${method}`, ...more, ...credentials], body);
    return new Promise(done => this.pending.set(`${via.split("branch=")[1]} ${method}`, answer => {
      if (answer.status < 200) return early(answer);
      if (method == "INVITE" && answer.status >= 300) this.send([`ACK ${target} SIP/2.0`, ...head.slice(0, 3), `To: ${answer.get("to")}`, head[4], `CSeq: ${sequence} ACK`]);
      const asked = answer.get("www-authenticate") || answer.get("proxy-authenticate");
      if (!asked || credentials.length || !this.password || answer.status != 401 && answer.status != 407) return done(answer);
      const of = name => new RegExp(`${name}="?([^",]+)`).exec(asked)?.[1];
      const a1 = md5(`${this.name}:${of("realm")}:${this.password}`), a2 = md5(`${method}:${target}`), cnonce = random(6);
      const qop = /qop=/.test(asked), response = md5(qop ? `${a1}:${of("nonce")}:00000001:${cnonce}:auth:${a2}` : `${a1}:${of("nonce")}:${a2}`);
      const line = `${answer.status == 401 ? "" : "Proxy-"}Authorization: Digest username="${this.name}", realm="${of("realm")}", nonce="${of("nonce")}", uri="${target}", response="${response}", algorithm=MD5`
        + (qop ? `, qop=auth, nc=00000001, cnonce="${cnonce}"` : "");
      this.request(method, target, dialog, more, body, early, [line]).then(done);
    }));
  }
  reply(request, status, more = [], body = "") {
    const to = request.get("to"), own = this.call?.callId == request.get("call-id") ? this.call.from : random(6);
    this.send([`SIP/2.0 ${status}`, ...request.all("via").map(via => `Via: ${via}`), `From: ${request.get("from")}`,
      `To: ${tag(to) || status.startsWith("100") ? to : `${to};tag=${own}`}`, `Call-ID: ${request.get("call-id")}`, `CSeq: ${request.get("cseq")}`, ...more], body);
  }
  async audio() {
    const peer = this.peer = new RTCPeerConnection({ iceServers: [] });
    peer.ontrack = ({ streams: [stream] }) => { this.heard = stream; const out = document.getElementById("heard"); if (out) out.srcObject = stream; };
    peer.onconnectionstatechange = () => peer.connectionState == "failed" && this.hangUp("no way for the audio was found");
    const own = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true } });
    own.getTracks().forEach(track => peer.addTrack(track, own));
    return peer;
  }
  // Our description with all candidates: the node takes no trickle.
  async described(peer, own) {
    await peer.setLocalDescription(own);
    await new Promise(done => { if (peer.iceGatheringState == "complete") done(); peer.onicegatheringstatechange = () => peer.iceGatheringState == "complete" && done(); setTimeout(done, 2000); });
    return peer.localDescription.sdp;
  }
  async dial(called) {
    if (this.call) return;
    const call = this.call = { callId: random(8), to: `sip:${called}@${this.domain}` };
    this.changed("calling", `calling ${called} …`);
    try {
      const peer = await this.audio(), offer = await this.described(peer, await peer.createOffer());
      const early = async answer => { this.changed("calling", `${called} rings`); if (answer.body && !peer.remoteDescription) await peer.setRemoteDescription({ type: "pranswer", sdp: answer.body }); };
      const answer = await this.request("INVITE", call.to, call, [`Contact: <${this.own}>`], offer, early);
      if (answer.status >= 300) throw new Error(answer.first.slice(8));
      Object.assign(call, { remote: answer.get("to"), target: uri(answer.get("contact")) || call.to });
      const { via, sequence, head } = call.invite;
      this.send([`ACK ${call.target} SIP/2.0`, `Via: SIP/2.0/WS ${this.host};branch=z9hG4bK${random(8)}`, head[1], head[2], `To: ${call.remote}`, head[4], `CSeq: ${sequence} ACK`]);
      if (this.call != call) return this.bye(call);
      await peer.setRemoteDescription({ type: "answer", sdp: answer.body });
      this.changed("speaking", `speaking to ${called}`);
    } catch (why) { if (this.call == call) { this.end(); this.changed("registered", why.message); } }
  }
  async take(message) {
    if (message.status) {
      const branch = /branch=([^;\s]+)/.exec(message.get("via"))?.[1], method = message.get("cseq").split(" ")[1], key = `${branch} ${method}`;
      const done = this.pending.get(key);
      if (done && message.status >= 200) this.pending.delete(key);
      return done?.(message);
    }
    const ours = this.call && this.call.callId == message.get("call-id");
    switch (message.method) {
      case "ACK": return;
      case "OPTIONS": return this.reply(message, "200 OK");
      case "INVITE": {
        if (ours) return this.reinvite(message);
        if (this.call) return this.reply(message, "486 Busy Here");
        const from = message.get("from");
        this.call = { callId: message.get("call-id"), from: random(6), asked: message, remote: from, target: uri(message.get("contact")) };
        this.call.local = `${message.get("to")};tag=${this.call.from}`;
        this.reply(message, "180 Ringing", [`Contact: <${this.own}>`]);
        return this.changed("ringing", `${uri(from).replace(/^sip:|@.*/g, "")} calls`);
      }
      case "CANCEL": this.reply(message, "200 OK"); if (ours && this.call.asked) { this.reply(this.call.asked, "487 Request Terminated"); this.end(); this.changed("registered", "the caller gave up"); } return;
      case "BYE": this.reply(message, "200 OK"); if (ours) { this.end(); this.changed("registered", "the other hung up"); } return;
      default: return this.reply(message, ours || message.method == "NOTIFY" ? "200 OK" : "405 Method Not Allowed");
    }
  }
  async accept() {
    const call = this.call;
    if (!call?.asked) return;
    const peer = await this.audio();
    await peer.setRemoteDescription({ type: "offer", sdp: call.asked.body });
    const answer = await this.described(peer, await peer.createAnswer());
    this.reply(call.asked, "200 OK", [`Contact: <${this.own}>`], answer);
    delete call.asked;
    this.changed("speaking", "speaking");
  }
  async reinvite(message) {
    if (message.body) await this.peer.setRemoteDescription({ type: "offer", sdp: message.body });
    const answer = await this.described(this.peer, await this.peer.createAnswer());
    this.reply(message, "200 OK", [`Contact: <${this.own}>`], answer);
  }
  press(key) { this.peer?.getSenders().find(sender => sender.dtmf)?.dtmf.insertDTMF(key, 160, 60); }
  bye(call) { return this.request("BYE", call.target, call); }
  hangUp(words = "hung up") {
    const call = this.call;
    if (!call) return;
    if (call.asked) this.reply(call.asked, "603 Decline");
    else if (call.target) this.bye(call);
    else if (call.invite) this.request("CANCEL", call.invite.target, { ...call, remote: `<${call.to}>` });
    this.end();
    this.changed("registered", words);
  }
  end() { this.peer?.getSenders().forEach(sender => sender.track?.stop()); this.peer?.close(); this.peer = this.call = undefined; }
}
