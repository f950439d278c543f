namespace DriverHost.Tests.Faults;

/// <summary>How an engine can fail a call.</summary>
public enum EngineFault
{
    /// <summary>It answers 500 and does nothing.</summary>
    Refuses,
    /// <summary>The connection ends before the engine hears of it.</summary>
    CutBefore,
    /// <summary>The engine does it, and its answer is lost.</summary>
    CutAfter,
    /// <summary>It takes the call and says nothing.</summary>
    Silent,
    /// <summary>From this call on nothing is answered and every open stream ends.</summary>
    Gone,
}
