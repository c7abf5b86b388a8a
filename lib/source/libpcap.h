#pragma once
// The few functions of libpcap that filters need, loaded with the first
// filter.
//
// Problem: libpcap brings seven libraries of capture devices along (D-Bus,
// systemd, cryptography), and to load them all takes a quarter of the time of
// starting; a capture read without a filter needs none of it.  Method:
// dlopen(3).  The types are those of libpcap's own header, so that a function
// that changes does not compile; its binary interface has been the same since
// 0.8, whose name Debian keeps where others write 1.

#include <pcap.h>

#include "netlat/base/result.h"

namespace netlat {

struct Libpcap {
  decltype(&::pcap_open_dead) open_dead = nullptr;
  decltype(&::pcap_close) close = nullptr;
  decltype(&::pcap_geterr) geterr = nullptr;
  decltype(&::pcap_compile) compile = nullptr;
  decltype(&::pcap_freecode) freecode = nullptr;
  decltype(&::pcap_offline_filter) offline_filter = nullptr;

  /// The library, loaded once and for good; else why it cannot be.
  static Result<const Libpcap*> load();
};

}  // namespace netlat
