// The least any program does that reads a capture through libpcap: ask for
// each packet and count it.  The yardstick of tests/bench/run.

#include <pcap/pcap.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: pcap_loop FILE\n");
    return 2;
  }
  char problem[PCAP_ERRBUF_SIZE];
  pcap_t* source = pcap_open_offline(argv[1], problem);
  if (source == nullptr) {
    std::fprintf(stderr, "pcap_loop: %s\n", problem);
    return 3;
  }
  unsigned long long packets = 0, octets = 0;
  pcap_pkthdr* header = nullptr;
  const unsigned char* data = nullptr;
  while (pcap_next_ex(source, &header, &data) == 1) {
    ++packets;
    octets += header->len;
  }
  pcap_close(source);
  std::printf("%llu packets, %llu octets\n", packets, octets);
  return 0;
}
