// What native/launch makes of the texts it is given: the command line, the environment, ids. Built
// with AddressSanitizer and UBSan. What it does with privilege is tried in test/kernel/launcher.

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "../../native/launch/caller.h"
#include "../../native/launch/capabilities.h"
#include "../../native/launch/environment.h"
#include "../../native/launch/options.h"
#include "../../native/launch/refusal.h"
#include "check.h"

namespace capwright {
namespace {

/** Texts as argv and environ hold them: writable, ended by a null pointer, and no byte too long. */
class Texts {
 public:
  explicit Texts(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) copies_.push_back(strdup(text.c_str()));
    pointers_ = copies_;
    pointers_.push_back(nullptr);
  }
  ~Texts() {
    for (char* const copy : copies_) std::free(copy);
  }
  Texts(const Texts&) = delete;
  Texts& operator=(const Texts&) = delete;
  Texts(Texts&&) = delete;
  Texts& operator=(Texts&&) = delete;

  char** get() { return pointers_.data(); }
  [[nodiscard]] int count() const { return static_cast<int>(copies_.size()); }

 private:
  std::vector<char*> copies_;
  std::vector<char*> pointers_;
};

bool IsUsable(const std::vector<std::string>& arguments) {
  Texts texts(arguments);
  Options options;
  return ParseOptions(texts.count(), texts.get(), options).text == nullptr;
}

void TestCapabilities() {
  CHECK(ParseCapabilities("net_admin") == CapabilitySet{1} << 12);
  CHECK(ParseCapabilities("cap_net_admin,net_raw") == CapabilitySet{3} << 12);
  CHECK(ParseCapabilities("cap_checkpoint_restore") == CapabilitySet{1} << 40);
  CHECK(ParseCapabilities("cap_chown") == CapabilitySet{1});
  for (const char* const wrong : {"", ",", "net_admin,", ",net_admin", "net_admin,,net_raw", "all",
                                  "cap_", "cap_cap_net_admin", "NET_ADMIN", "net_admin ", "12",
                                  "net_admin=ep", "cap_net_admi", "cap_net_adminn"}) {
    CHECK(!ParseCapabilities(wrong));
  }
  CHECK(CapabilityName(40) == "cap_checkpoint_restore");
  CHECK(CapabilityName(41).empty() && CapabilityName(~0U).empty());
}

void TestIds() {
  CHECK(ParseId("0") == 0U);
  CHECK(ParseId("1000") == 1000U);
  CHECK(ParseId("0000000000001000") == 1000U);
  CHECK(ParseId("4294967294") == 4294967294U);
  for (const char* const wrong : {"", "-1", "+1", " 1", "1 ", "0x10", "1e3", "4294967295",
                                  "4294967296", "18446744073709551616", "18446744073709552616",
                                  "99999999999999999999999999999999", "root", "1000\n"}) {
    CHECK(!ParseId(wrong));
  }
}

void TestOptions() {
  Texts texts({"launch", "--env", "A=1", "--caps=net_admin", "--env=B", "--caps", "net_raw",
               "--pdeathsig", "TERM", "--cwd", "/", "--drop-to-caller", "--", "--", "-x"});
  Options options;
  CHECK(ParseOptions(texts.count(), texts.get(), options).text == nullptr);
  CHECK(options.capabilities == CapabilitySet{3} << 12);
  CHECK(options.drop_to_caller && !options.as_root && !options.sandbox);
  CHECK(options.parent_death_signal == SIGTERM);
  CHECK(std::strcmp(options.directory, "/") == 0);
  CHECK(options.variable_count == 2);
  CHECK(std::strcmp(options.variables[0], "A=1") == 0);
  CHECK(std::strcmp(options.variables[1], "B") == 0);
  CHECK(std::strcmp(options.command[0], "--") == 0 && std::strcmp(options.command[1], "-x") == 0);

  Texts supervised(
      {"launch", "--caps=net_raw", "--supervise", "--gently", "--connect", "/s", "--", "true"});
  Options debugger;
  CHECK(ParseOptions(supervised.count(), supervised.get(), debugger).text == nullptr);
  CHECK(debugger.supervise && debugger.gently && !debugger.foreground &&
        std::strcmp(debugger.socket, "/s") == 0);

  Texts forwarding(
      {"launch", "--sandbox", "--supervise", "--forward", "127.1.2.3:80=/a=b:c", "--", "true"});
  Options sandbox;
  CHECK(ParseOptions(forwarding.count(), forwarding.get(), sandbox).text == nullptr);
  CHECK(ntohl(sandbox.forward.address.sin_addr.s_addr) == 0x7f010203);
  CHECK(ntohs(sandbox.forward.address.sin_port) == 80);
  CHECK(std::strcmp(sandbox.forward.socket, "/a=b:c") == 0);
  for (const char* const wrong : {"",
                                  ":",
                                  "=",
                                  ":=",
                                  "127.0.0.1",
                                  "127.0.0.1:80",
                                  "127.0.0.1:80=",
                                  "127.0.0.1=/s",
                                  "127.0.0.1:=/s",
                                  "127.0.0.1:0=/s",
                                  "127.0.0.1:65536=/s",
                                  "127.0.0.1:-1=/s",
                                  "127.0.0.1:+80=/s",
                                  "127.0.0.1: 80=/s",
                                  "127.0.0.1:80 =/s",
                                  "127.0.0.1:0x50=/s",
                                  "127.0.0.1:18446744073709551696=/s",
                                  ":80=/s",
                                  "127.1:80=/s",
                                  "localhost:80=/s",
                                  "128.0.0.1:80=/s",
                                  "0.0.0.0:80=/s",
                                  "::1:80=/s",
                                  "[::1]:80=/s"}) {
    CHECK(!IsUsable({"launch", "--sandbox", "--supervise", "--forward", wrong, "--", "true"}));
  }

  CHECK(IsUsable({"launch", "--sandbox", "--", "true"}));
  CHECK(IsUsable({"launch", "--caps=net_raw", "--foreground", "--", "true"}));
  CHECK(IsUsable({"", "--caps", "net_raw", "--as-root", "--", ""}));
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {},
           {"launch"},
           {"launch", "--"},
           {"launch", "--caps", "net_admin"},
           {"launch", "--caps", "net_admin", "true"},
           {"launch", "--", "true"},
           {"launch", "--caps", "--", "true"},
           {"launch", "--caps", "net_admin", "--"},
           {"launch", "--capsnet_admin", "--", "true"},
           {"launch", "--cap=net_admin", "--", "true"},
           {"launch", "--caps=", "--", "true"},
           {"launch", "--caps=net_admin", "--env", "--", "true"},
           {"launch", "--caps=net_admin", "--env=", "--", "true"},
           {"launch", "--caps=net_admin", "--env==A", "--", "true"},
           {"launch", "--caps=net_admin", "--pdeathsig=9", "--", "true"},
           {"launch", "--caps=net_admin", "--sandbox", "--drop-to-caller", "--", "true"},
           {"launch", "--caps=net_admin", "--sandbox", "--as-root", "--", "true"},
           {"launch", "--caps=net_admin", "--drop-to-caller", "--as-root", "--", "true"},
           {"launch", "--caps=net_admin", "--supervise", "--pdeathsig=KILL", "--", "true"},
           {"launch", "--caps=net_admin", "--foreground", "--connect=/s", "--", "true"},
           {"launch", "--caps=net_admin", "--gently", "--", "true"},
           {"launch", "--caps=net_admin", "--cwd"},
           {"launch", "--caps=net_admin", "-x", "--", "true"}}) {
    CHECK(!IsUsable(wrong));
  }
}

/** Whatever the words and their order, they are understood or refused, and nothing is overrun. */
void TestRandomOptions() {
  constexpr int kRounds = 100'000;
  const std::vector<std::string> usual = {
      "launch", "--caps=net_raw", "--env", "A", "--cwd", "/", "--", "true"};
  const std::vector<std::string> words = {"--",
                                          "--caps",
                                          "--caps=net_raw",
                                          "net_admin",
                                          "--env",
                                          "--env=A=1",
                                          "A",
                                          "--sandbox",
                                          "--cwd",
                                          "--as-root",
                                          "",
                                          "--env=A",
                                          "=",
                                          "--pdeathsig",
                                          "KILL",
                                          "-",
                                          "--caps=,",
                                          "true",
                                          "--cwd=/tmp",
                                          "--supervise",
                                          "--gently",
                                          "--connect=/s",
                                          "--foreground",
                                          "--drop-to-caller"};
  // NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp): the same rounds every time
  std::mt19937 random(20'260'102);
  int usable = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::string> arguments = usual;
    for (auto changes = random() % 5; changes > 0; --changes) {
      arguments[random() % arguments.size()] = words[random() % words.size()];
    }
    arguments.resize(arguments.size() - random() % 3);
    Texts texts(arguments);
    Options options;
    if (ParseOptions(texts.count(), texts.get(), options).text != nullptr) continue;
    ++usable;
    CHECK(*options.command != nullptr);
    CHECK(options.sandbox || options.supervise || options.capabilities != 0);
    CHECK(!(options.sandbox && (options.drop_to_caller || options.as_root)));
    for (std::size_t i = 0; i < options.variable_count; ++i) {
      CHECK(*options.variables[i] != '\0' && *options.variables[i] != '=');
    }
  }
  CHECK(usable > kRounds / 10 && usable < kRounds / 2);
}

std::vector<std::string> Built(const std::vector<std::string>& current,
                               const std::vector<std::string>& requested, const Identity* identity,
                               const char* fallback = nullptr) {
  Texts currently(current);
  Texts wanted(requested);
  std::string other = fallback == nullptr ? "" : fallback;
  char** const built = BuildEnvironment(currently.get(), wanted.get(), requested.size(), identity,
                                        fallback == nullptr ? nullptr : other.data());
  std::vector<std::string> variables;
  for (char** variable = built; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  return variables;
}

void TestEnvironment() {
  using Variables = std::vector<std::string>;
  const Identity dev = {"dev", "/home/dev", "/bin/zsh"};
  CHECK((Built({"A=1", "A=2", "odd"}, {}, nullptr) == Variables{"A=1", "A=2", "odd"}));
  CHECK((Built({"A=1", "B=2"}, {"A=3", "C=", "B", "D"}, nullptr) == Variables{"A=3", "B=2", "C="}));
  CHECK((Built({"HOME=/root", "USER=root", "SUDO_UID=1", "LD_PRELOAD=x", "LC_=x", "LC_ALL=C",
                "TERM=t", "PATH=/bin", "BASH_ENV=x", "MAIL=/var/mail/root"},
               {}, &dev) == Variables{"LC_ALL=C", "TERM=t", "PATH=/bin", "HOME=/home/dev",
                                      "SHELL=/bin/zsh", "USER=dev", "LOGNAME=dev"}));
  CHECK((Built({"KEPT=1", "LEFT=1"}, {"KEPT", "HOME=/elsewhere"}, &dev) ==
         Variables{"HOME=/elsewhere", "SHELL=/bin/zsh", "USER=dev", "LOGNAME=dev", "KEPT=1"}));
  CHECK((Built({}, {}, nullptr, "L=1") == Variables{"L=1"}));
  CHECK((Built({"L=2"}, {}, nullptr, "L=1") == Variables{"L=2"}));
  CHECK((Built({}, {"L=3"}, nullptr, "L=1") == Variables{"L=3"}));

  Texts texts({"SUDO_UIDX=1", "SUDO_UID", "SUDO_UID=2", "SUDO_UID=3", "EMPTY="});
  CHECK(std::strcmp(FindVariable(texts.get(), "SUDO_UID"), "2") == 0);
  CHECK(std::strcmp(FindVariable(texts.get(), "EMPTY"), "") == 0);
  CHECK(FindVariable(texts.get(), "SUDO") == nullptr);
}

/** What a refusal writes, and its exit status after it. */
std::string Refused(const std::string& text) {
  std::array<int, 2> ends = {};
  if (pipe(ends.data()) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    Refuse(Refusal::kTarget, text, "!");
  }
  close(ends[1]);
  std::string said;
  std::array<char, 4096> bytes = {};
  for (;;) {
    const ssize_t size = read(ends[0], bytes.data(), bytes.size());
    if (size <= 0) break;
    said.append(bytes.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return said + std::to_string(WEXITSTATUS(status));
}

void TestRefusals() {
  CHECK(Refused("a b") == "capwright-launch: refused [target] a b!\n123");
  CHECK(Refused("\x1b[2J\n\r\t\x7f é") == "capwright-launch: refused [target] ?[2J???? é!\n123");
  const std::string cut = Refused(std::string(1 << 20, 'x'));
  CHECK(cut.size() == 2048 + 3 && cut.substr(2044) == "xxx\n123");
}

int RunAll() {
  TestCapabilities();
  TestIds();
  TestOptions();
  TestRandomOptions();
  TestEnvironment();
  TestRefusals();
  return CheckStatus();
}

}  // namespace
}  // namespace capwright

int main() { return capwright::RunAll(); }
