#include "environment.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "refusal.h"

namespace capwright {
namespace {

/** What passes from root's environment to the user's: none of it says who somebody is. */
constexpr std::array<std::string_view, 9> kNeutral = {"PATH",     "TERM",    "COLORTERM",
                                                      "NO_COLOR", "LANG",    "LANGUAGE",
                                                      "TZ",       "DISPLAY", "WAYLAND_DISPLAY"};
constexpr std::string_view kLocale = "LC_";

std::string_view NameOf(const char* variable) { return {variable, std::strcspn(variable, "=")}; }

bool IsNeutral(std::string_view name) {
  for (const std::string_view neutral : kNeutral) {
    if (name == neutral) return true;
  }
  return name.size() > kLocale.size() &&
         std::memcmp(name.data(), kLocale.data(), kLocale.size()) == 0;
}

/** Variables with distinct names, in an array that is long enough. */
class Variables {
 public:
  explicit Variables(std::size_t most)
      : entries_(static_cast<char**>(std::calloc(most + 1, sizeof(char*)))) {
    if (entries_ == nullptr) RefuseCall("calloc");
  }

  [[nodiscard]] char** entries() const { return entries_; }

  void Set(char* variable) {
    const std::string_view name = NameOf(variable);
    for (std::size_t i = 0; i < count_; ++i) {
      if (NameOf(entries_[i]) != name) continue;
      entries_[i] = variable;
      return;
    }
    Append(variable);
  }

  void Append(char* variable) { entries_[count_++] = variable; }

 private:
  char** entries_;
  std::size_t count_ = 0;
};

char* Joined(std::string_view name, const char* value) {
  const std::size_t size = name.size() + 1 + std::strlen(value) + 1;
  auto* const variable = static_cast<char*>(std::malloc(size));
  if (variable == nullptr) RefuseCall("malloc");
  std::memcpy(variable, name.data(), name.size());
  variable[name.size()] = '=';
  std::memcpy(variable + name.size() + 1, value, size - name.size() - 1);
  return variable;
}

/** The variable of this name as the current environment has it; null where it has none. */
char* Kept(char* const* current, std::string_view name) {
  for (; *current != nullptr; ++current) {
    if (NameOf(*current) == name && std::strchr(*current, '=') != nullptr) return *current;
  }
  return nullptr;
}

}  // namespace

const char* FindVariable(char* const* environment, const char* name) {
  const char* const variable = Kept(environment, name);
  return variable == nullptr ? nullptr : std::strchr(variable, '=') + 1;
}

char** BuildEnvironment(char* const* current, char* const* requested, std::size_t count,
                        const Identity* identity, char* fallback) {
  std::size_t currently = 0;
  while (current[currently] != nullptr) ++currently;
  constexpr std::size_t kOfIdentity = 4;
  Variables variables(currently + count + kOfIdentity + 1);

  for (std::size_t i = 0; i < currently; ++i) {
    // As it is, even if it holds a name twice.
    if (identity == nullptr || IsNeutral(NameOf(current[i]))) variables.Append(current[i]);
  }
  if (identity != nullptr) {
    for (char* const variable :
         {Joined("HOME", identity->home), Joined("SHELL", identity->shell),
          Joined("USER", identity->name), Joined("LOGNAME", identity->name)}) {
      variables.Set(variable);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const bool sets = std::strchr(requested[i], '=') != nullptr;
    char* const variable = sets ? requested[i] : Kept(current, requested[i]);
    if (variable != nullptr) variables.Set(variable);
  }
  if (fallback != nullptr && Kept(variables.entries(), NameOf(fallback)) == nullptr) {
    variables.Append(fallback);
  }
  return variables.entries();
}

}  // namespace capwright
