/* Control: what pjmedia's conference bridge costs for the work of a row of ours: the peer of benches/rooms, mixer and leg.
 *
 * A program of its own, built by tools/peers/pjmedia and started by the bench; nothing of the product is linked with pjmedia,
 * whose licence is the GPL. It speaks JSON lines:
 *
 *   conference ROOMS MEMBERS CODEC [streams] [gains] < TALKERS, then lines
 *
 * ROOMS bridges of MEMBERS each, all of whom hear all the others of their room, as pjmedia's documentation and its confbench.c
 * have it: N * (N - 1) connections. CODEC is PCMU, PCMU+PCMA (in turn), opus (48 kHz, 32 kbit/s, FEC, DTX) or L16 (16 kHz,
 * nothing encoded).
 *
 *   (else)   a member is a port that decodes and encodes: no RTP, no jitter buffer
 *   streams  a member is a pjmedia_stream: RTP, RTCP and jitter buffer, over a transport that is a piece of memory
 *   gains    each member comes in at a gain of its own, 0.9 to 1.1
 *
 * TALKERS, little-endian: u32 how many talk in each room, the first ones; for each u32 packets, for each u16 octets and these,
 * said over and over, a packet in 20 ms. Who does not talk sends nothing. A bridge runs at 20 ms, which is its cheapest.
 *
 * After {"ready":...}, a line N on standard input: N periods of 20 ms, then
 *   {"periods":N,"ns":[for all rooms, each period],"packets":sent by the members,"encodes":N,"peak":of what the last one hears}
 */
#include <pjlib.h>
#include <pjmedia.h>
#include <pjmedia-codec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PTIME_MS = 20, MOST_OCTETS = 1500, MOST_SAMPLES = 960, RTP_HEADER = 12 };

struct talker {
    unsigned packets;
    pj_uint16_t *octets;
    pj_uint8_t (*payload)[MOST_OCTETS];
};

struct member {
    pjmedia_port port;
    pjmedia_codec *codec; /* Null for G.711, whose functions are called directly, and for L16. */
    pj_bool_t a_law;
    const struct talker *talker;
    unsigned at;
    pj_uint8_t sent[RTP_HEADER + MOST_OCTETS];
    pj_size_t sent_octets;
    /* Of a stream. */
    pjmedia_transport transport;
    void (*receive)(pjmedia_tp_cb_param *);
    void *receiver;
    pj_uint16_t sequence;
    pj_uint32_t timestamp;
};

static const char *codec_name;
static unsigned hz, samples;
static pj_bool_t talking;
static unsigned long packets, encodes;
static int peak;
static struct member *listened_to;

static void check(pj_status_t status, const char *what)
{
    char text[PJ_ERR_MSG_SIZE];
    if (status == PJ_SUCCESS)
        return;
    pj_strerror(status, text, sizeof text);
    fprintf(stderr, "conference: %s: %s\n", what, text);
    exit(1);
}

static void need(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "conference: %s\n", what);
        exit(1);
    }
}

static pj_bool_t is(const char *name) { return strcmp(codec_name, name) == 0; }

/* Standard output is the bench's. */
static void log_to_stderr(int level, const char *text, int length)
{
    PJ_UNUSED_ARG(level);
    PJ_UNUSED_ARG(length);
    fputs(text, stderr);
}

/* Members without a stream. */

static pj_status_t get_frame(pjmedia_port *port, pjmedia_frame *frame)
{
    struct member *member = port->port_data.pdata;
    const struct talker *talker = member->talker;
    unsigned at = member->at;
    if (!talker || !talking) {
        frame->type = PJMEDIA_FRAME_TYPE_NONE;
        frame->size = 0;
        return PJ_SUCCESS;
    }
    member->at = (at + 1) % talker->packets;
    frame->type = PJMEDIA_FRAME_TYPE_AUDIO;
    if (member->codec) {
        pjmedia_frame packet;
        pj_bzero(&packet, sizeof packet);
        packet.type = PJMEDIA_FRAME_TYPE_AUDIO;
        packet.buf = talker->payload[at];
        packet.size = talker->octets[at];
        return pjmedia_codec_decode(member->codec, &packet, samples * 2, frame);
    }
    frame->size = samples * 2;
    if (is("L16"))
        memcpy(frame->buf, talker->payload[at], samples * 2);
    else if (member->a_law)
        pjmedia_alaw_decode(frame->buf, talker->payload[at], samples);
    else
        pjmedia_ulaw_decode(frame->buf, talker->payload[at], samples);
    return PJ_SUCCESS;
}

static void listen_to(const pj_int16_t *pcm)
{
    for (unsigned i = 0; i < samples; ++i)
        peak = PJ_MAX(peak, abs(pcm[i]));
}

static pj_status_t put_frame(pjmedia_port *port, pjmedia_frame *frame)
{
    struct member *member = port->port_data.pdata;
    if (frame->type != PJMEDIA_FRAME_TYPE_AUDIO)
        return PJ_SUCCESS;
    if (member == listened_to)
        listen_to(frame->buf);
    ++packets;
    if (is("L16"))
        return PJ_SUCCESS;
    ++encodes;
    if (member->codec) {
        pjmedia_frame packet;
        pj_status_t status;
        pj_bzero(&packet, sizeof packet);
        packet.buf = member->sent;
        status = pjmedia_codec_encode(member->codec, frame, MOST_OCTETS, &packet);
        member->sent_octets = packet.size;
        return status;
    }
    if (member->a_law)
        pjmedia_alaw_encode(member->sent, frame->buf, samples);
    else
        pjmedia_ulaw_encode(member->sent, frame->buf, samples);
    member->sent_octets = samples;
    return PJ_SUCCESS;
}

/* Members with one. */

static pj_status_t attach(pjmedia_transport *transport, pjmedia_transport_attach_param *param)
{
    struct member *member = transport->user_data;
    member->receive = param->rtp_cb2;
    member->receiver = param->user_data;
    return PJ_SUCCESS;
}

static void detach(pjmedia_transport *transport, void *user_data)
{
    PJ_UNUSED_ARG(transport);
    PJ_UNUSED_ARG(user_data);
}

static pj_status_t send_rtp(pjmedia_transport *transport, const void *packet, pj_size_t octets)
{
    struct member *member = transport->user_data;
    need(octets <= sizeof member->sent, "a packet that is too long");
    memcpy(member->sent, packet, octets);
    member->sent_octets = octets;
    ++packets;
    ++encodes;
    if (member == listened_to && !is("opus")) {
        pj_int16_t pcm[MOST_SAMPLES];
        if (member->a_law)
            pjmedia_alaw_decode(pcm, member->sent + RTP_HEADER, samples);
        else
            pjmedia_ulaw_decode(pcm, member->sent + RTP_HEADER, samples);
        listen_to(pcm);
    }
    return PJ_SUCCESS;
}

static pj_status_t send_rtcp(pjmedia_transport *transport, const void *packet, pj_size_t octets)
{
    PJ_UNUSED_ARG(transport);
    PJ_UNUSED_ARG(packet);
    PJ_UNUSED_ARG(octets);
    return PJ_SUCCESS;
}

static pj_status_t send_rtcp2(pjmedia_transport *transport, const pj_sockaddr_t *to, unsigned length, const void *packet,
                              pj_size_t octets)
{
    PJ_UNUSED_ARG(to);
    PJ_UNUSED_ARG(length);
    return send_rtcp(transport, packet, octets);
}

static pjmedia_transport_op memory = {
    .attach2 = attach, .detach = detach, .send_rtp = send_rtp, .send_rtcp = send_rtcp, .send_rtcp2 = send_rtcp2,
};

static unsigned payload_type(const struct member *member)
{
    return is("opus") ? 111 : member->a_law ? PJMEDIA_RTP_PT_PCMA : PJMEDIA_RTP_PT_PCMU;
}

static void receive(struct member *member, unsigned number)
{
    pj_uint8_t packet[RTP_HEADER + MOST_OCTETS] = {0x80, (pj_uint8_t)payload_type(member)};
    const struct talker *talker = member->talker;
    unsigned at = member->at, octets = talker->octets[at];
    pj_uint16_t sequence = pj_htons(member->sequence++);
    pj_uint32_t timestamp = pj_htonl(member->timestamp), ssrc = pj_htonl(number + 1);
    pjmedia_tp_cb_param param;
    memcpy(packet + 2, &sequence, 2);
    memcpy(packet + 4, &timestamp, 4);
    memcpy(packet + 8, &ssrc, 4);
    memcpy(packet + RTP_HEADER, talker->payload[at], octets);
    member->timestamp += samples;
    member->at = (at + 1) % talker->packets;
    pj_bzero(&param, sizeof param);
    param.user_data = member->receiver;
    param.pkt = packet;
    param.size = RTP_HEADER + octets;
    member->receive(&param);
}

/* Setting up. */

static struct talker *read_talkers(unsigned *count)
{
    struct talker *talkers;
    pj_uint32_t number;
    need(fread(&number, sizeof number, 1, stdin) == 1, "no talkers on standard input");
    *count = number;
    talkers = calloc(number + 1, sizeof *talkers);
    for (unsigned i = 0; i < *count; ++i) {
        struct talker *talker = &talkers[i];
        need(fread(&number, sizeof number, 1, stdin) == 1 && number > 0, "a talker without packets");
        talker->packets = number;
        talker->octets = calloc(number, sizeof *talker->octets);
        talker->payload = calloc(number, sizeof *talker->payload);
        for (unsigned n = 0; n < number; ++n) {
            need(fread(&talker->octets[n], 2, 1, stdin) == 1 && talker->octets[n] <= MOST_OCTETS, "a packet's length");
            need(fread(talker->payload[n], 1, talker->octets[n], stdin) == talker->octets[n], "a packet that ends early");
        }
    }
    return talkers;
}

static void encoder_setting(pjmedia_codec_param *param, char *name, char *value)
{
    pjmedia_codec_fmtp *fmtp = &param->setting.enc_fmtp;
    fmtp->param[fmtp->cnt].name = pj_str(name);
    fmtp->param[fmtp->cnt++].val = pj_str(value);
}

static void find_codec(pjmedia_endpt *endpoint, char *name, const pjmedia_codec_info **info, pjmedia_codec_param *param)
{
    pjmedia_codec_mgr *manager = pjmedia_endpt_get_codec_mgr(endpoint);
    pj_str_t id = pj_str(name);
    unsigned one = 1;
    check(pjmedia_codec_mgr_find_codecs_by_id(manager, &id, &one, info, NULL), name);
    check(pjmedia_codec_mgr_get_default_param(manager, *info, param), name);
    if (!is("opus")) {
        /* Ours sends each packet; its voice detector would cost time and leave packets out. */
        param->setting.vad = 0;
        param->setting.cng = 0;
        return;
    }
#if PJMEDIA_HAS_OPUS_CODEC
    /* As OpusSettings::session() has it: 32 kbit/s, complexity 5, FEC for 5 % of loss, DTX. */
    pjmedia_codec_opus_config config;
    check(pjmedia_codec_opus_get_config(&config), "configuration");
    config.sample_rate = hz;
    config.channel_cnt = 1;
    config.frm_ptime = PTIME_MS;
    config.bit_rate = 32000;
    config.packet_loss = 5;
    config.complexity = 5;
    config.cbr = PJ_FALSE;
    check(pjmedia_codec_opus_set_default_param(&config, param), "settings");
    encoder_setting(param, "maxaveragebitrate", "32000");
    encoder_setting(param, "useinbandfec", "1");
    encoder_setting(param, "usedtx", "1");
#endif
}

static void codecs(pjmedia_endpt *endpoint)
{
    check(pjmedia_codec_g711_init(endpoint), "G.711");
#if PJMEDIA_HAS_OPUS_CODEC
    check(pjmedia_codec_opus_init(endpoint), "Opus");
#else
    need(!is("opus"), "this pjproject was built without Opus");
#endif
}

static pjmedia_port *stream(pjmedia_endpt *endpoint, pj_pool_t *pool, struct member *member, unsigned number,
                            const pjmedia_codec_info *codec, pjmedia_codec_param *param)
{
    pjmedia_stream_info info;
    pjmedia_stream *stream;
    pjmedia_port *port;
    pj_str_t local = pj_str("127.0.0.1");
    pj_bzero(&info, sizeof info);
    member->transport.op = &memory;
    member->transport.type = PJMEDIA_TRANSPORT_TYPE_USER;
    member->transport.user_data = member;
    info.type = PJMEDIA_TYPE_AUDIO;
    info.proto = PJMEDIA_TP_PROTO_RTP_AVP;
    info.dir = PJMEDIA_DIR_ENCODING_DECODING;
    info.fmt = *codec;
    info.fmt.clock_rate = hz;
    info.fmt.channel_cnt = 1;
    info.param = param;
    info.tx_pt = info.rx_pt = payload_type(member);
    info.tx_event_pt = info.rx_event_pt = -1;
    info.ssrc = number + 1;
    info.jb_init = info.jb_min_pre = info.jb_max_pre = info.jb_max = -1;
    check(pj_sockaddr_init(pj_AF_INET(), &info.local_addr, &local, 4000), "an address");
    check(pj_sockaddr_init(pj_AF_INET(), &info.rem_addr, &local, 4002), "an address");
    check(pjmedia_stream_create(endpoint, pool, &info, &member->transport, NULL, &stream), "a stream");
    check(pjmedia_stream_start(stream), "a stream's start");
    check(pjmedia_stream_get_port(stream, &port), "a stream's port");
    return port;
}

static pjmedia_port *port(pjmedia_endpt *endpoint, pj_pool_t *pool, struct member *member, const pjmedia_codec_info *codec,
                          pjmedia_codec_param *param)
{
    pj_str_t name = pj_str("member");
    pjmedia_port_info_init(&member->port.info, &name, PJMEDIA_SIG_CLASS_APP('M', 'C', 'B'), hz, 1, 16, samples);
    member->port.get_frame = get_frame;
    member->port.put_frame = put_frame;
    member->port.port_data.pdata = member;
    if (is("opus")) {
        check(pjmedia_codec_mgr_alloc_codec(pjmedia_endpt_get_codec_mgr(endpoint), codec, &member->codec), "a codec");
        check(pjmedia_codec_init(member->codec, pool), "a codec");
        check(pjmedia_codec_open(member->codec, param), "a codec's settings");
    }
    return &member->port;
}

static void tick(pjmedia_port *master)
{
    static pj_int16_t pcm[MOST_SAMPLES];
    pjmedia_frame frame;
    pj_bzero(&frame, sizeof frame);
    frame.buf = pcm;
    frame.size = samples * 2;
    check(pjmedia_port_get_frame(master, &frame), "a frame");
}

int main(int argc, char **argv)
{
    pj_bool_t streams = PJ_FALSE, gains = PJ_FALSE;
    unsigned rooms, members, talkers_count, periods;
    char line[64];
    struct talker *talkers;
    struct member *all;
    pjmedia_port **masters;
    pj_caching_pool pools;
    pj_pool_t *pool;
    pjmedia_endpt *endpoint;
    const pjmedia_codec_info *codec[2] = {NULL, NULL};
    pjmedia_codec_param param[2];

    need(argc >= 4, "usage: conference ROOMS MEMBERS PCMU|opus|L16 [streams] [gains] < TALKERS");
    rooms = (unsigned)atoi(argv[1]);
    members = (unsigned)atoi(argv[2]);
    codec_name = argv[3];
    need(rooms > 0 && members > 1, "ROOMS from 1, MEMBERS from 2");
    need(is("PCMU") || is("PCMU+PCMA") || is("opus") || is("L16"), "CODEC is PCMU, PCMU+PCMA, opus or L16");
    for (int i = 4; i < argc; ++i) {
        streams = streams || strcmp(argv[i], "streams") == 0;
        gains = gains || strcmp(argv[i], "gains") == 0;
    }
    need(!(streams && is("L16")), "no streams of L16");
    hz = is("opus") ? 48000 : is("L16") ? 16000 : 8000;
    samples = hz / 1000 * PTIME_MS;
    talkers = read_talkers(&talkers_count);
    need(talkers_count <= members, "more talkers than members");

    pj_log_set_log_func(log_to_stderr);
    pj_log_set_level(1);
    check(pj_init(), "pjlib");
    pj_caching_pool_init(&pools, &pj_pool_factory_default_policy, 0);
    pool = pj_pool_create(&pools.factory, "conference", 1 << 20, 1 << 20, NULL);
    check(pjmedia_endpt_create(&pools.factory, NULL, 0, &endpoint), "an endpoint");
    /* What streams tell is told to nobody here, but without it they complain. */
    check(pjmedia_event_mgr_create(pool, PJMEDIA_EVENT_MGR_NO_THREAD, NULL), "an event manager");
    if (!is("L16")) {
        codecs(endpoint);
        find_codec(endpoint, is("opus") ? "opus" : "PCMU", &codec[0], &param[0]);
        if (is("PCMU+PCMA"))
            find_codec(endpoint, "PCMA", &codec[1], &param[1]);
    }

    all = calloc((size_t)rooms * members, sizeof *all);
    masters = calloc(rooms, sizeof *masters);
    for (unsigned room = 0; room < rooms; ++room) {
        struct member *those = all + (size_t)room * members;
        unsigned *slots = calloc(members, sizeof *slots), queued = 0;
        pjmedia_conf *bridge;
        /* Its sound device takes one more. */
        check(pjmedia_conf_create(pool, members + 1, hz, 1, samples, 16, PJMEDIA_CONF_NO_DEVICE, &bridge), "a bridge");
        masters[room] = pjmedia_conf_get_master_port(bridge);
        for (unsigned i = 0; i < members; ++i) {
            unsigned number = room * members + i, second = is("PCMU+PCMA") && i % 2;
            struct member *member = &those[i];
            pjmedia_port *its;
            member->a_law = second;
            its = streams ? stream(endpoint, pool, member, number, codec[second], &param[second])
                          : port(endpoint, pool, member, codec[second], &param[second]);
            member->talker = i < talkers_count ? &talkers[i] : NULL;
            check(pjmedia_conf_add_port(bridge, pool, its, NULL, &slots[i]), "a member");
            /* Nothing is mixed while the connections are made. */
            check(pjmedia_conf_configure_port(bridge, slots[i], PJMEDIA_PORT_DISABLE, PJMEDIA_PORT_DISABLE), "a member");
        }
        for (unsigned i = 0; i < members; ++i)
            for (unsigned j = 0; j < members; ++j)
                if (i != j) {
                    check(pjmedia_conf_connect_port(bridge, slots[i], slots[j], 0), "a connection");
                    /* A tick of a bridge takes a hundred orders. */
                    if (++queued % 64 == 0)
                        tick(masters[room]);
                }
        for (unsigned i = 0; i < members && gains; ++i) {
            int level = (int)(128 * (0.9 + 0.2 * i / members) + 0.5) - 128;
            check(pjmedia_conf_adjust_rx_level(bridge, slots[i], level), "a gain");
        }
        for (unsigned i = 0; i <= members / 64; ++i)
            tick(masters[room]);
        for (unsigned i = 0; i < members; ++i)
            check(pjmedia_conf_configure_port(bridge, slots[i], PJMEDIA_PORT_ENABLE, PJMEDIA_PORT_ENABLE), "a member");
        free(slots);
    }
    listened_to = &all[(size_t)rooms * members - 1];
    talking = PJ_TRUE;
    printf("{\"ready\":\"pjproject %s\"}\n", pj_get_version());
    fflush(stdout);

    while (fgets(line, sizeof line, stdin)) {
        periods = (unsigned)atoi(line);
        packets = encodes = 0;
        peak = 0;
        printf("{\"periods\":%u,\"ns\":[", periods);
        for (unsigned period = 0; period < periods; ++period) {
            pj_timestamp from, to;
            pj_get_timestamp(&from);
            if (streams)
                for (unsigned room = 0; room < rooms; ++room)
                    for (unsigned i = 0; i < talkers_count; ++i)
                        receive(&all[(size_t)room * members + i], room * members + i);
            for (unsigned room = 0; room < rooms; ++room)
                tick(masters[room]);
            pj_get_timestamp(&to);
            printf("%s%u", period ? "," : "", pj_elapsed_nanosec(&from, &to));
        }
        printf("],\"packets\":%lu,\"encodes\":%lu,\"peak\":%d}\n", packets, encodes, peak);
        fflush(stdout);
    }
    return 0;
}
