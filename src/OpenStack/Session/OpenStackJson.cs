using System.Text.Json;
using System.Text.Json.Serialization;
using OpenStack.Glance;
using OpenStack.Keystone;
using OpenStack.Nova;
using OpenStack.Placement;

namespace OpenStack.Session;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuthRequest))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ChangePassword))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(ApplicationCredentialList))]
[JsonSerializable(typeof(ApplicationCredentialAnswer))]
[JsonSerializable(typeof(CreateApplicationCredentialRequest))]
[JsonSerializable(typeof(Image))]
[JsonSerializable(typeof(ImageList))]
[JsonSerializable(typeof(CreateImage))]
[JsonSerializable(typeof(ImagePatch[]))]
[JsonSerializable(typeof(ServerList))]
[JsonSerializable(typeof(ServerAnswer))]
[JsonSerializable(typeof(CreateServerRequest))]
[JsonSerializable(typeof(CreatedServerAnswer))]
[JsonSerializable(typeof(ServerAction))]
[JsonSerializable(typeof(CreateImageAnswer))]
[JsonSerializable(typeof(ConsoleOutputAnswer))]
[JsonSerializable(typeof(InstanceActionList))]
[JsonSerializable(typeof(InstanceActionAnswer))]
[JsonSerializable(typeof(FlavorList))]
[JsonSerializable(typeof(LimitsAnswer))]
[JsonSerializable(typeof(KeypairList))]
[JsonSerializable(typeof(ServiceList))]
[JsonSerializable(typeof(UpdateService))]
[JsonSerializable(typeof(ServiceAnswer))]
[JsonSerializable(typeof(HypervisorList))]
[JsonSerializable(typeof(AggregateList))]
[JsonSerializable(typeof(CacheImages))]
[JsonSerializable(typeof(ZoneList))]
[JsonSerializable(typeof(ResourceProviderList))]
[JsonSerializable(typeof(InventoryList))]
[JsonSerializable(typeof(UsageList))]
[JsonSerializable(typeof(TraitList))]
internal sealed partial class OpenStackJson : JsonSerializerContext;
