//! Films of 32 x 16 and 1.5 seconds, written by ffmpeg 9. No encoder of films is among the
//! dependencies, so the files are kept.

/// H.264 in MP4.
pub(crate) const MP4: &[u8] = b"\
    \0\0\0 ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08free\0\0\x02\xDFmdat\0\0\x02\x9F\x06\x05\
    \xFF\xFF\x9B\xDCE\xE9\xBD\xE6\xD9H\xB7\x96,\xD8 \xD9#\xEE\xEFx264 - core 165 - H.264/MPEG-4 \
    AVC codec - Copyleft 2003-2025 - http://www.videolan.org/x264.html - options: cabac=1 ref=3 \
    deblock=1:0:0 analyse=0x3:0x113 me=hex subme=7 psy=1 psy_rd=1.00:0.00 mixed_ref=1 me_range=1\
    6 chroma_me=1 trellis=1 8x8dct=1 cqm=0 deadzone=21,11 fast_pskip=1 chroma_qp_offset=-2 threa\
    ds=1 lookahead_threads=1 sliced_threads=0 nr=0 decimate=1 interlaced=0 bluray_compat=0 const\
    rained_intra=0 bframes=3 b_pyramid=2 b_adapt=1 b_bias=0 direct=1 weightb=1 open_gop=0 weight\
    p=2 keyint=250 keyint_min=2 scenecut=40 intra_refresh=0 rc_lookahead=40 rc=crf mbtree=1 crf=\
    23.0 qcomp=0.60 qpmin=0 qpmax=69 qpstep=4 ip_ratio=1.40 aq=1:1.00\0\x80\0\0\0\x18e\x88\x84\0\
    \x14\xFF\xFE\xEC\xDA~\x056=\xD7\xE7\xC547\xB5\x94\xB5\xB7+\xE1\0\0\0\x08A\x9A\"lA/\xFE\xBC\0\
    \0\0\x08\x01\x9EAy\x04\xBFaA\0\0\x038moov\0\0\0lmvhd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\xE8\0\0\
    \x05\xDC\0\x01\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\
    \0\0\0\0\0\0\0\0\0\0@\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\
    \x02\x87trak\0\0\0\\tkhd\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\x05\xDC\0\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0@\0\
    \0\0\0 \0\0\0\x10\0\0\0\0\0$edts\0\0\0\x1Celst\0\0\0\0\0\0\0\x01\0\0\x05\xDC\0\0@\0\0\x01\0\
    \0\0\0\x01\xFFmdia\0\0\0 mdhd\0\0\0\0\0\0\0\0\0\0\0\0\0\0@\0\0\0`\0U\xC4\0\0\0\0\0-hdlr\0\0\
    \0\0\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0VideoHandler\0\0\0\x01\xAAminf\0\0\0\x14vmhd\0\0\0\
    \x01\0\0\0\0\0\0\0\0\0\0\0$dinf\0\0\0\x1Cdref\0\0\0\0\0\0\0\x01\0\0\0\x0Curl \0\0\0\x01\0\0\
    \x01jstbl\0\0\0\xBEstsd\0\0\0\0\0\0\0\x01\0\0\0\xAEavc1\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\
    \0\0\0\0\0\0\0\0 \0\x10\0H\0\0\0H\0\0\0\0\0\0\0\x01\x0CLavc libx264\0\0\0\0\0\0\0\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\x18\xFF\xFF\0\0\x004avcC\x01d\0\x0A\xFF\xE1\0\x17gd\0\x0A\xAC\xD9K\xB0\x11\0\
    \0\x03\0\x01\0\0\x03\0\x04\x0F\x12%\x96\x01\0\x06h\xEB\xE3\xCB\"\xC0\xFD\xF8\xF8\0\0\0\0\x10\
    pasp\0\0\0\x01\0\0\0\x01\0\0\0\x14btrt\0\0\0\0\0\0\x0F%\0\0\0\0\0\0\0\x18stts\0\0\0\0\0\0\0\
    \x01\0\0\0\x03\0\0 \0\0\0\0\x14stss\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0(ctts\0\0\0\0\0\0\0\x03\
    \0\0\0\x01\0\0@\0\0\0\0\x01\0\0`\0\0\0\0\x01\0\0 \0\0\0\0\x1Cstsc\0\0\0\0\0\0\0\x01\0\0\0\
    \x01\0\0\0\x03\0\0\0\x01\0\0\0 stsz\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\x02\xBF\0\0\0\x0C\0\0\0\
    \x0C\0\0\0\x14stco\0\0\0\0\0\0\0\x01\0\0\x000\0\0\0=udta\0\0\x005meta\0\0\0\0\0\0\0!hdlr\0\0\0\0\
    \0\0\0\0mdirappl\0\0\0\0\0\0\0\0\0\0\0\0\x08ilst";

/// The same in QuickTime, with a quarter turn: displayed as 16 x 32.
pub(crate) const TURNED_MOV: &[u8] = b"\
    \0\0\0\x14ftypqt  \0\0\x02\0qt  \0\0\0\x08wide\0\0\x02\xDFmdat\0\0\x02\x9F\x06\x05\xFF\xFF\
    \x9B\xDCE\xE9\xBD\xE6\xD9H\xB7\x96,\xD8 \xD9#\xEE\xEFx264 - core 165 - H.264/MPEG-4 AVC code\
    c - Copyleft 2003-2025 - http://www.videolan.org/x264.html - options: cabac=1 ref=3 deblock=\
    1:0:0 analyse=0x3:0x113 me=hex subme=7 psy=1 psy_rd=1.00:0.00 mixed_ref=1 me_range=16 chroma\
    _me=1 trellis=1 8x8dct=1 cqm=0 deadzone=21,11 fast_pskip=1 chroma_qp_offset=-2 threads=1 loo\
    kahead_threads=1 sliced_threads=0 nr=0 decimate=1 interlaced=0 bluray_compat=0 constrained_i\
    ntra=0 bframes=3 b_pyramid=2 b_adapt=1 b_bias=0 direct=1 weightb=1 open_gop=0 weightp=2 keyi\
    nt=250 keyint_min=2 scenecut=40 intra_refresh=0 rc_lookahead=40 rc=crf mbtree=1 crf=23.0 qco\
    mp=0.60 qpmin=0 qpmax=69 qpstep=4 ip_ratio=1.40 aq=1:1.00\0\x80\0\0\0\x18e\x88\x84\0\x14\xFF\
    \xFE\xEC\xDA~\x056=\xD7\xE7\xC547\xB5\x94\xB5\xB7+\xE1\0\0\0\x08A\x9A\"lA/\xFE\xBC\0\0\0\x08\
    \x01\x9EAy\x04\xBFaA\0\0\x03\x13moov\0\0\0lmvhd\0\0\0\0\0\0\0\0\0\0\0\0\0\0@\0\0\0`\0\0\x01\
    \0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\
    \0\0\0@\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\x02\x9Ftrak\0\0\
    \0\\tkhd\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0`\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
    \0\0\0\0\xFF\xFF\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0@\0\0\0\0 \0\0\0\x10\0\
    \0\0\0\0$edts\0\0\0\x1Celst\0\0\0\0\0\0\0\x01\0\0`\0\0\0@\0\0\x01\0\0\0\0\x02\x17mdia\0\0\0 \
    mdhd\0\0\0\0\0\0\0\0\0\0\0\0\0\0@\0\0\0`\0\x7F\xFF\0\0\0\0\0-hdlr\0\0\0\0mhlrvide\0\0\0\0\0\
    \0\0\0\0\0\0\0\x0CVideoHandler\0\0\x01\xC2minf\0\0\0\x14vmhd\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\
    ,hdlr\0\0\0\0dhlrurl \0\0\0\0\0\0\0\0\0\0\0\0\x0BDataHandler\0\0\0$dinf\0\0\0\x1Cdref\0\0\0\
    \0\0\0\0\x01\0\0\0\x0Curl \0\0\0\x01\0\0\x01Vstbl\0\0\0\xAAstsd\0\0\0\0\0\0\0\x01\0\0\0\x9Aa\
    vc1\0\0\0\0\0\0\0\x01\0\0\0\0FFMP\0\0\x02\0\0\0\x02\0\0 \0\x10\0H\0\0\0H\0\0\0\0\0\0\0\x01\
    \x0CLavc libx264\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x18\xFF\xFF\0\0\x004avcC\x01d\0\x0A\
    \xFF\xE1\0\x17gd\0\x0A\xAC\xD9K\xB0\x11\0\0\x03\0\x01\0\0\x03\0\x04\x0F\x12%\x96\x01\0\x06h\
    \xEB\xE3\xCB\"\xC0\xFD\xF8\xF8\0\0\0\0\x10pasp\0\0\0\x01\0\0\0\x01\0\0\0\x18stts\0\0\0\0\0\0\
    \0\x01\0\0\0\x03\0\0 \0\0\0\0\x14stss\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0(ctts\0\0\0\0\0\0\0\
    \x03\0\0\0\x01\0\0@\0\0\0\0\x01\0\0`\0\0\0\0\x01\0\0 \0\0\0\0\x1Cstsc\0\0\0\0\0\0\0\x01\0\0\
    \0\x01\0\0\0\x03\0\0\0\x01\0\0\0 stsz\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\x02\xBF\0\0\0\x0C\0\0\0\
    \x0C\0\0\0\x14stco\0\0\0\0\0\0\0\x01\0\0\0$";

/// VP8 in WebM.
pub(crate) const WEBM: &[u8] = b"\
    \x1AE\xDF\xA3\x9FB\x86\x81\x01B\xF7\x81\x01B\xF2\x81\x04B\xF3\x81\x08B\x82\x84webmB\x87\x81\
    \x02B\x85\x81\x02\x18S\x80g\x01\0\0\0\0\0\x02\x02\x11M\x9Bt\xBAM\xBB\x8BS\xAB\x84\x15I\xA9fS\
    \xAC\x81\xA1M\xBB\x8BS\xAB\x84\x16T\xAEkS\xAC\x81\xC6M\xBB\x8CS\xAB\x84\x12T\xC3gS\xAC\x82\
    \x01\"M\xBB\x8CS\xAB\x84\x1CS\xBBkS\xAC\x82\x01\xEC\xEC\x01\0\0\0\0\0\0Y\0\0\0\0\0\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x15I\xA9f\xA0*\xD7\xB1\
    \x83\x0FB@M\x80\x84LavfWA\x84LavfD\x89\x88@\x97p\0\0\0\0\0\x16T\xAEk\xD7\xAE\x01\0\0\0\0\0\0\
    N\xD7\x81\x01s\xC5\x88\0\0\0\0\0\0\0\x01\x9C\x81\0\"\xB5\x9C\x83und\x88\x81\0\x86\x85V_VP8\
    \x83\x81\x01#\xE3\x83\x84\x1D\xCDe\0\xE0\x90\xB0\x81 \xBA\x81\x10\x9A\x81\x02U\xB0\x84U\xB9\
    \x81\x01U\xEE\x81\0\xEC\x01\0\0\0\0\0\0\x02\0\0\x12T\xC3g\xD0ss\xCDc\xC0\x8Bc\xC5\x88\0\0\0\
    \0\0\0\0\x01g\xC8\x98E\xA3\x87ENCODERD\x87\x8BLavc libvpxg\xC8\xA1E\xA3\x88DURATIOND\x87\x93\
    00:00:01.500000000\0\x1FC\xB6u\xF0\xE7\x81\0\xA3\xBD\x81\0\0\x80\xF0\x02\0\x9D\x01* \0\x10\0\
    \0G\x08\x85\x85\x88\x85\x84\x88\x02\x02\x02u\xAA\x03\xF8\x03\xFA\x02\x0A\x02\x1D\xC0\xFE\xFD\
    n\xF3\xFF\xE3\x9970\xC4\xFF\x8Em\xFF\xF1a<\x0E(\xC8\xFF\xF1Q\0\xA3\x95\x81\x01\xF4\0\xB1\x01\
    \0\x05\x10\xAC\0\x18\0\x18X/\xF4\0\x08@\0\xA3\x95\x81\x03\xE8\0\xB1\x01\0\x05\x10\xAC\0\x18\
    \0\x18X/\xF4\0\x08@\0\x1CS\xBBk\x91\xBB\x8F\xB3\x81\0\xB7\x8A\xF7\x81\x01\xF1\x82\x01w\xF0\
    \x81\x03";

/// The same as a live stream: nothing says how long it is.
pub(crate) const LIVE_WEBM: &[u8] = b"\
    \x1AE\xDF\xA3\x9FB\x86\x81\x01B\xF7\x81\x01B\xF2\x81\x04B\xF3\x81\x08B\x82\x84webmB\x87\x81\
    \x02B\x85\x81\x02\x18S\x80g\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x11M\x9Bt\xABM\xBB\x8BS\xAB\x84\
    \x15I\xA9fS\xAC\x81\xA1M\xBB\x8BS\xAB\x84\x16T\xAEkS\xAC\x81\xBBM\xBB\x8CS\xAB\x84\x12T\xC3g\
    S\xAC\x82\x01\x08\xEC\x01\0\0\0\0\0\0h\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x15I\xA9f\x95*\xD7\xB1\x83\
    \x0FB@M\x80\x84LavfWA\x84Lavf\x16T\xAEk\xC8\xAE\x01\0\0\0\0\0\0?\xD7\x81\x01s\xC5\x88\0\0\0\
    \0\0\0\0\x01\x9C\x81\0\"\xB5\x9C\x83und\x88\x81\0\x86\x85V_VP8\x83\x81\x01#\xE3\x83\x84\x1D\
    \xCDe\0\xE0\x90\xB0\x81 \xBA\x81\x10\x9A\x81\x02U\xB0\x84U\xB9\x81\x01\x12T\xC3g\xACss\xA9c\
    \xC0\x8Bc\xC5\x88\0\0\0\0\0\0\0\x01g\xC8\x98E\xA3\x87ENCODERD\x87\x8BLavc libvpx\x1FC\xB6u\
    \xF0\xE7\x81\0\xA3\xBD\x81\0\0\x80\xF0\x02\0\x9D\x01* \0\x10\0\0G\x08\x85\x85\x88\x85\x84\
    \x88\x02\x02\x02u\xAA\x03\xF8\x03\xFA\x02\x0A\x02\x1D\xC0\xFE\xFDn\xF3\xFF\xE3\x9970\xC4\xFF\
    \x8Em\xFF\xF1a<\x0E(\xC8\xFF\xF1Q\0\xA3\x95\x81\x01\xF4\0\xB1\x01\0\x05\x10\xAC\0\x18\0\x18X\
    /\xF4\0\x08@\0\xA3\x95\x81\x03\xE8\0\xB1\x01\0\x05\x10\xAC\0\x18\0\x18X/\xF4\0\x08@\0";
