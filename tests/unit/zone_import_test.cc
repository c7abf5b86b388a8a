// What an import makes of each document; tests/zones has whole ones.

#include <gtest/gtest.h>

#include "netlat/zone/zone_import.h"
#include "netlat/zone/zone_reader.h"

namespace netlat {
namespace {

struct Imported {
  std::string text;  // lines
  std::string error;
  std::vector<std::string> warnings;
  ZoneImportCounts counts;
};

Imported import(const std::vector<std::string>& documents,
                const ZoneImportOptions& options = {},
                const ZoneMap* before = nullptr) {
  Imported out;
  ZoneImport run(options, before, [&](std::string_view line) {
    out.text += std::string(line) + '\n';
  });
  for (const std::string& document : documents) {
    auto done = run.read_text("x", document);
    if (!done) out.error = done.error().message;
  }
  run.finish();
  out.warnings = run.warnings();
  out.counts = run.counts();
  return out;
}

struct Row {
  const char* name;
  const char* document;
  const char* lines;
  ZoneImportOptions options = {};
};

class Document : public testing::TestWithParam<Row> {};

TEST_P(Document, BecomesLines) {
  const Row& row = GetParam();
  const Imported got = import({row.document}, row.options);
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.text, row.lines);
  const auto reading = read_zone_map_text("m", ZoneImport::header() + got.text);
  EXPECT_TRUE(reading.map);
}

const Row kRows[] = {
    {"subnet without an id",
     R"({"Subnets":[{"SubnetId":"s","VpcId":"v","OwnerId":"1",
         "AvailabilityZone":"us-east-1d","CidrBlock":"10.0.0.0/20"}]})",
     "10.0.0.0/20,name:1/us-east-1d,us-east-1,v,s,subnet,aws-subnets,,\n"},
    {"subnet of IPv6 only",
     R"({"Subnets":[{"SubnetId":"s","VpcId":"v","OwnerId":"1","CidrBlock":"",
         "AvailabilityZoneId":"use1-az1","Ipv6CidrBlockAssociationSet":[
         {"Ipv6CidrBlock":"2001:db8::/64",
          "Ipv6CidrBlockState":{"State":"associated"}},
         {"Ipv6CidrBlock":"2001:db8:1::/64",
          "Ipv6CidrBlockState":{"State":"disassociated"}}]}]})",
     "2001:db8::/64,use1-az1,,v,s,subnet,aws-subnets,,\n"},
    {"local zone",
     R"({"Subnets":[{"SubnetId":"s","VpcId":"v","OwnerId":"1",
         "AvailabilityZone":"us-west-2-lax-1a","CidrBlock":"10.0.0.0/20"}]})",
     "10.0.0.0/20,name:1/us-west-2-lax-1a,,v,s,subnet,aws-subnets,,\n"},
    {"hostile tag",
     R"({"Subnets":[{"SubnetId":"s","VpcId":"v","AvailabilityZoneId":"z",
         "CidrBlock":"10.0.0.0/20","Tags":[
         {"Value":"a,\"b\"\n\u001b[2J","Key":"Name"}]}]})",
     "10.0.0.0/20,z,,v,\"s a,\"\"b\"\"\\x0a\\x1b[2J\",subnet,aws-subnets,,\n"},
    {"application balancer",
     R"({"NetworkInterfaces":[{"NetworkInterfaceId":"eni-1","VpcId":"v",
         "AvailabilityZoneId":"z","InterfaceType":"interface",
         "Description":"ELB app/web/50dc","PrivateIpAddress":"10.0.0.1"}]})",
     "10.0.0.1/32,z,,v,alb web,eni,aws-enis,,\n"},
    {"delegated prefix and public address",
     R"({"NetworkInterfaces":[{"NetworkInterfaceId":"eni-1","VpcId":"v",
         "AvailabilityZoneId":"z","PrivateIpAddress":"10.0.0.1",
         "PrivateIpAddresses":[{"PrivateIpAddress":"10.0.0.1",
         "Association":{"PublicIp":"203.0.113.1"}}],
         "Ipv4Prefixes":[{"Ipv4Prefix":"10.0.1.0/28"}]}]})",
     "10.0.0.1/32,z,,v,eni-1,eni,aws-enis,,\n"
     "10.0.1.0/28,z,,v,eni-1,eni,aws-enis,,\n"
     "203.0.113.1/32,z,,*,eni-1,eni,aws-enis,,\n"},
    {"range of two services",
     R"({"prefixes":[{"ip_prefix":"3.5.0.0/19","region":"us-east-1",
         "service":"AMAZON"},{"ip_prefix":"3.5.0.0/19","region":"us-east-1",
         "service":"S3"},{"ip_prefix":"13.0.0.0/8","region":"GLOBAL",
         "service":"CLOUDFRONT"}],"ipv6_prefixes":[{"ipv6_prefix":"2600::/32",
         "region":"eu-west-1","service":"EC2"}]})",
     "3.5.0.0/19,,us-east-1,*,aws:S3,cloud,aws-ip-ranges,,\n"
     "13.0.0.0/8,,,*,aws:CLOUDFRONT,cloud,aws-ip-ranges,,\n"
     "2600::/32,,eu-west-1,*,aws:EC2,cloud,aws-ip-ranges,,\n"},
    {"zones of an account",
     R"({"AvailabilityZones":[{"ZoneName":"us-east-1a","ZoneId":"use1-az6"}]})",
     "#zone-name 111 us-east-1a use1-az6\n",
     {.scope = {}, .account = "111"}},
    {"Azure machine of a zone",
     R"([{"id":"/subscriptions/S/x/virtualMachines/m","name":"m",
          "location":"eastus","zones":["2"],"privateIps":"10.0.0.4,10.0.0.5",
          "publicIps":"203.0.113.9"}])",
     "10.0.0.4/32,name:S/eastus-2,eastus,*,m,host,azure-vms,,\n"
     "10.0.0.5/32,name:S/eastus-2,eastus,*,m,host,azure-vms,,\n"
     "203.0.113.9/32,name:S/eastus-2,eastus,*,m,host,azure-vms,,\n"},
    {"Azure machine of no zone",
     R"([{"id":"/subscriptions/S/x","name":"m","location":"eastus",
          "zones":null,"privateIps":"10.0.0.4"}])",
     "10.0.0.4/32,,eastus,*,m,host,azure-vms,,\n"},
    {"Azure locations",
     R"([{"id":"/subscriptions/S/locations/eastus","name":"eastus",
          "availabilityZoneMappings":[{"logicalZone":"1",
          "physicalZone":"eastus-az3"}]},
         {"id":"/subscriptions/S/locations/x","regionalDisplayName":"X"}])",
     "#zone-name S eastus-1 eastus-az3\n"},
    {"Azure metadata",
     R"({"compute":{"name":"m","location":"eastus","zone":"1",
         "physicalZone":"eastus-az3","subscriptionId":"S"},
         "network":{"interface":[{"ipv4":{"ipAddress":[
         {"privateIpAddress":"10.0.0.4"}]}}]}})",
     "#zone-name S eastus-1 eastus-az3\n"
     "10.0.0.4/32,eastus-az3,eastus,*,m,host,azure-imds,,\n"},
    {"node without an id",
     R"({"kind":"Node","metadata":{"name":"n","labels":{
         "failure-domain.beta.kubernetes.io/zone":"us-east-1d"}},
         "status":{"addresses":[{"type":"InternalIP","address":"10.0.0.1"}]}})",
     "10.0.0.1/32,name:k8s:prod/us-east-1d,us-east-1,k8s:prod,node/n,node,"
     "k8s-nodes,,\n",
     {.scope = "k8s:prod", .account = {}}},
    {"node of Azure",
     R"({"kind":"Node","metadata":{"name":"n","labels":{
         "topology.kubernetes.io/zone":"eastus-1"}},
         "spec":{"providerID":"azure:///subscriptions/S/x",
                 "podCIDR":"10.4.0.0/24"}})",
     "10.4.0.0/24,name:S/eastus-1,,*,node/n,podcidr,k8s-nodes,,\n"},
    {"pods of every phase",
     R"({"kind":"PodList","items":[
      {"metadata":{"name":"a","namespace":"s","labels":{
        "topology.kubernetes.io/zone":"z","pod-template-hash":"7d9f"},
        "ownerReferences":[{"kind":"ReplicaSet","name":"cart-7d9f"}]},
       "spec":{"nodeName":"n"},"status":{"phase":"Running",
        "podIP":"10.4.0.2","podIPs":[{"ip":"10.4.0.2"},{"ip":"fd00::2"}],
        "startTime":"2026-01-01T00:00:00Z"}},
      {"metadata":{"name":"b","labels":{"topology.kubernetes.io/zone":"z"}},
       "spec":{"hostNetwork":true},
       "status":{"phase":"Running","podIP":"10.0.0.1"}},
      {"metadata":{"name":"c","labels":{"topology.kubernetes.io/zone":"z"}},
       "status":{"phase":"Succeeded","podIP":"10.4.0.3"}}]})",
     "10.4.0.2/32,z,,*,s/a (Deployment cart),pod,k8s-pods,1767225600000000,\n"
     "fd00::2/128,z,,*,s/a (Deployment cart),pod,k8s-pods,1767225600000000,"
     "\n"},
    {"nothing in a list", R"({"kind":"List","items":[]})", ""},
    {"two documents", "{\"Subnets\":[]}\n[]\n{\"Reservations\":[]}", ""},
};

INSTANTIATE_TEST_SUITE_P(ZoneImport, Document, testing::ValuesIn(kRows),
                         [](const auto& row) {
                           std::string name = row.param.name;
                           for (char& c : name) {
                             if (c == ' ') c = '_';
                           }
                           return name;
                         });

constexpr const char* kPod =
    R"({"kind":"Pod","metadata":{"name":"p","namespace":"s"},
        "spec":{"nodeName":"n"},
        "status":{"podIP":"10.4.0.2","hostIP":"10.0.0.1"}})";
constexpr const char* kNode =
    R"({"kind":"Node","metadata":{"name":"n","labels":{
        "topology.kubernetes.io/zone":"z1"}},"status":{"addresses":[]}})";

TEST(ZoneImport, PutsAPodWhereItsNodeIsWhicheverComesFirst) {
  const std::string line = "10.4.0.2/32,z1,,*,s/p,pod,k8s-pods,,\n";
  EXPECT_EQ(import({kNode, kPod}).text, line);
  EXPECT_EQ(import({kPod, kNode}).text, line);
}

TEST(ZoneImport, PutsAPodWhereTheMapHasItsHost) {
  const auto before = read_zone_map_text("m", "cidr,zone\n10.0.0.0/24,z2\n");
  EXPECT_EQ(import({kPod}, {}, &*before.map).text,
            "10.4.0.2/32,z2,,*,s/p,pod,k8s-pods,,\n");
}

TEST(ZoneImport, LeavesOutAPodOfWhichNothingIsKnown) {
  const Imported got = import({kPod});
  EXPECT_EQ(got.text, "");
  EXPECT_EQ(got.counts.no_zone, 1u);
  ASSERT_EQ(got.warnings.size(), 1u);
  EXPECT_NE(got.warnings[0].find("node n"), std::string::npos);
}

TEST(ZoneImport, PutsAnAzureInterfaceWhereItsMachineIs) {
  const std::string machine =
      R"([{"id":"/subscriptions/S/rg/VirtualMachines/M","name":"m",
           "location":"eastus","zones":["1"],"privateIps":""}])";
  const std::string nic =
      R"([{"name":"c","location":"eastus","ipConfigurations":[{
           "privateIpAddress":"10.0.0.4","subnet":{"id":
           "/subscriptions/S/virtualNetworks/net/subnets/a"}}],
           "virtualMachine":{"id":"/subscriptions/S/rg/virtualMachines/m"}}])";
  EXPECT_EQ(import({nic, machine}).text,
            "10.0.0.4/32,name:S/eastus-1,eastus,S/net,c m,eni,azure-nics,,\n");
  EXPECT_EQ(import({nic}).text, "");
  EXPECT_EQ(import({nic}).counts.no_zone, 1u);
}

TEST(ZoneImport, SaysWhereADocumentIsWrong) {
  struct Case {
    const char *name, *document, *error;
  };
  const std::string deep(300, '[');
  const Case cases[] = {
      {"cut", R"({"items":[{"spec":{"a":1},"x":)",
       "x: byte 30, in items[0].x: the document ends in the middle"},
      {"no JSON", R"({"Subnets":[{},{"CidrBlock":nope}]})",
       "x: byte 30, in Subnets[1].CidrBlock: not JSON at \"CidrBlock\":no"},
      {"empty object", "{}",
       "x: the document that ends here is nothing netlat knows; it reads what "
       "aws ec2 describe-subnets, kubectl get nodes -o json and their like "
       "print (netlat help zones)"},
      {"zones of nobody", R"({"AvailabilityZones":[{"ZoneName":"a"}]})",
       "x: byte 38, in AvailabilityZones[0]: zone names differ by account, and "
       "this document does not say whose these are: add --account ID (or "
       "--scope NAME)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(import({c.document}).error, c.error) << c.name;
  }
  EXPECT_NE(import({deep}).error.find("nested deeper than 256 levels"),
            std::string::npos);
}

TEST(ZoneImport, CountsWhatItDoesNotKnow) {
  const Imported got = import({R"({"items":[{"kind":"Secret"},
      {"kind":"Node","metadata":{"labels":{
       "topology.kubernetes.io/zone":"z"}},"spec":{"podCIDR":"10.0.0.0/99"}}
      ]})"});
  EXPECT_EQ(got.text, "");
  EXPECT_EQ(got.counts.unknown, 1u);
  EXPECT_EQ(got.counts.not_a_prefix, 1u);
  EXPECT_EQ(got.warnings.size(), 2u);
}

}  // namespace
}  // namespace netlat
