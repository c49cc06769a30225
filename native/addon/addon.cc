// The one file that knows Node: it checks arguments, calls the probe and turns structs into
// objects. A result becomes {value} or {error: {call, errno, message}}; a wrong argument is a
// TypeError, for it is a fault of the caller and not an answer of the kernel.

#include <napi.h>

#include <optional>
#include <string>
#include <system_error>

#include "../probe/errno_name.h"
#include "../probe/file_attributes.h"
#include "../probe/securebits.h"
#include "../probe/tun_attempt.h"
#include "../probe/tun_devices.h"
#include "../probe/user_namespace_attempt.h"
#include "../probe/user_namespaces.h"

namespace capwright {
namespace {

// ── Results ──────────────────────────────────────────────────────────────────────────────────────

Napi::Object ToObject(Napi::Env env, const CallError& error) {
  Napi::Object object = Napi::Object::New(env);
  object["call"] = error.call;
  object["errno"] = ErrnoName(error.number);
  object["message"] = std::generic_category().message(error.number);
  return object;
}

template <typename T, typename Convert>
Napi::Object ToOutcome(Napi::Env env, const Result<T>& result, Convert convert) {
  Napi::Object outcome = Napi::Object::New(env);
  if (result.error() != nullptr) {
    outcome["error"] = ToObject(env, *result.error());
  } else {
    outcome["value"] = convert(*result.value());
  }
  return outcome;
}

/** Inodes pass 2^53: they travel as text. */
Napi::String ToText(Napi::Env env, std::uint64_t number) {
  return Napi::String::New(env, std::to_string(number));
}

Napi::Object ToObject(Napi::Env env, const UserNamespaceChain& chain) {
  Napi::Array namespaces = Napi::Array::New(env, chain.namespaces.size());
  for (std::uint32_t i = 0; i < chain.namespaces.size(); ++i) {
    const UserNamespace& link = chain.namespaces[i];
    Napi::Object object = Napi::Object::New(env);
    object["inode"] = ToText(env, link.inode);
    object["ownerUid"] =
        ToOutcome(env, link.owner, [env](uid_t uid) { return Napi::Number::New(env, uid); });
    namespaces[i] = object;
  }
  Napi::Object object = Napi::Object::New(env);
  object["chain"] = namespaces;
  object["end"] = chain.end == ChainEnd::kInitial ? "initial" : "hidden";
  return object;
}

template <typename T>
Napi::Value OrNull(Napi::Env env, const std::optional<T>& value) {
  return value ? Napi::Value::From(env, *value) : env.Null();
}

Napi::Object ToObject(Napi::Env env, const TunDevice& device) {
  Napi::Object object = Napi::Object::New(env);
  object["name"] = device.name;
  object["index"] = device.index;
  object["layer"] = device.layer == TunLayer::kTun ? "tun" : "tap";
  object["owner"] = OrNull(env, device.owner);
  object["group"] = OrNull(env, device.group);
  object["persist"] = device.persist;
  object["multiQueue"] = device.multi_queue;
  object["vnetHdr"] = device.vnet_hdr;
  object["packetInfo"] = device.packet_info;
  object["attached"] = OrNull(env, device.attached);
  object["up"] = device.up;
  return object;
}

// ── Arguments ────────────────────────────────────────────────────────────────────────────────────

std::optional<int> DescriptorArgument(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsNumber()) return std::nullopt;
  const int fd = info[0].As<Napi::Number>().Int32Value();
  if (fd < 0) return std::nullopt;
  return fd;
}

std::optional<std::string> TextArgument(const Napi::CallbackInfo& info, std::size_t position) {
  if (info.Length() <= position || !info[position].IsString()) return std::nullopt;
  return info[position].As<Napi::String>().Utf8Value();
}

std::optional<TunLayer> LayerArgument(const Napi::CallbackInfo& info, std::size_t position) {
  const std::optional<std::string> layer = TextArgument(info, position);
  if (layer == "tun") return TunLayer::kTun;
  if (layer == "tap") return TunLayer::kTap;
  return std::nullopt;
}

std::optional<TunFlags> FlagsArgument(const Napi::CallbackInfo& info, std::size_t position) {
  if (info.Length() <= position || !info[position].IsArray()) return std::nullopt;
  TunFlags flags = {};
  const auto names = info[position].As<Napi::Array>();
  for (std::uint32_t i = 0; i < names.Length(); ++i) {
    const Napi::Value name = names[i];
    if (!name.IsString()) return std::nullopt;
    const std::string text = name.As<Napi::String>().Utf8Value();
    if (text == "no_pi") {
      flags.no_pi = true;
    } else if (text == "vnet_hdr") {
      flags.vnet_hdr = true;
    } else if (text == "multi_queue") {
      flags.multi_queue = true;
    } else if (text == "excl") {
      flags.excl = true;
    } else {
      return std::nullopt;
    }
  }
  return flags;
}

Napi::Value WrongArguments(Napi::Env env, const char* expected) {
  Napi::TypeError::New(env, expected).ThrowAsJavaScriptException();
  return env.Undefined();
}

// ── Functions ────────────────────────────────────────────────────────────────────────────────────

Napi::Value ReadAttribute(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::optional<int> fd = DescriptorArgument(info);
  const std::optional<std::string> name = TextArgument(info, 1);
  if (!fd || !name) return WrongArguments(env, "readAttribute(fd, name)");
  return ToOutcome(env, capwright::ReadAttribute(*fd, name->c_str()), [env](const auto& bytes) {
    return Napi::Buffer<std::uint8_t>::Copy(env, bytes.data(), bytes.size());
  });
}

Napi::Value CheckAccess(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::optional<int> fd = DescriptorArgument(info);
  if (!fd) return WrongArguments(env, "checkAccess(fd)");
  return ToOutcome(env, capwright::CheckAccess(*fd), [env](const Access& access) {
    Napi::Object object = Napi::Object::New(env);
    object["read"] = access.read;
    object["write"] = access.write;
    object["execute"] = access.execute;
    return object;
  });
}

Napi::Value ReadSecurebits(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return ToOutcome(env, capwright::ReadSecurebits(),
                   [env](int bits) { return Napi::Number::New(env, bits); });
}

Napi::Value WalkUserNamespaces(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::optional<int> fd = DescriptorArgument(info);
  if (!fd) return WrongArguments(env, "walkUserNamespaces(fd)");
  return ToOutcome(env, capwright::WalkUserNamespaces(*fd),
                   [env](const UserNamespaceChain& chain) { return ToObject(env, chain); });
}

Napi::Value OwningUserNamespace(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::optional<int> fd = DescriptorArgument(info);
  if (!fd) return WrongArguments(env, "owningUserNamespace(fd)");
  return ToOutcome(env, capwright::OwningUserNamespace(*fd),
                   [env](std::uint64_t inode) { return ToText(env, inode); });
}

Napi::Value ListTunDevices(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return ToOutcome(env, capwright::ListTunDevices(), [env](const std::vector<TunDevice>& devices) {
    Napi::Array list = Napi::Array::New(env, devices.size());
    for (std::uint32_t i = 0; i < devices.size(); ++i) list[i] = ToObject(env, devices[i]);
    return list;
  });
}

Napi::Value AttachTun(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::optional<int> fd = DescriptorArgument(info);
  const std::optional<std::string> name = TextArgument(info, 1);
  const std::optional<TunLayer> layer = LayerArgument(info, 2);
  const std::optional<TunFlags> flags = FlagsArgument(info, 3);
  if (!fd || !name || !layer || !flags) {
    return WrongArguments(env, "attachTun(fd, name, layer, flags)");
  }
  return ToOutcome(env, capwright::AttachTun(*fd, *name, *layer, *flags),
                   [env](const std::string& chosen) { return Napi::String::New(env, chosen); });
}

Napi::Value AttemptUserNamespace(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return ToOutcome(env, capwright::AttemptUserNamespace(),
                   [env](const std::optional<CallError>& refusal) -> Napi::Value {
                     if (!refusal) return env.Null();
                     return ToObject(env, *refusal);
                   });
}

Napi::Object Initialise(Napi::Env env, Napi::Object exports) {
  exports["readAttribute"] = Napi::Function::New<ReadAttribute>(env, "readAttribute");
  exports["checkAccess"] = Napi::Function::New<CheckAccess>(env, "checkAccess");
  exports["readSecurebits"] = Napi::Function::New<ReadSecurebits>(env, "readSecurebits");
  exports["walkUserNamespaces"] =
      Napi::Function::New<WalkUserNamespaces>(env, "walkUserNamespaces");
  exports["owningUserNamespace"] =
      Napi::Function::New<OwningUserNamespace>(env, "owningUserNamespace");
  exports["attemptUserNamespace"] =
      Napi::Function::New<AttemptUserNamespace>(env, "attemptUserNamespace");
  exports["listTunDevices"] = Napi::Function::New<ListTunDevices>(env, "listTunDevices");
  exports["attachTun"] = Napi::Function::New<AttachTun>(env, "attachTun");
  return exports;
}

NODE_API_MODULE(capwright_probe, Initialise)

}  // namespace
}  // namespace capwright
