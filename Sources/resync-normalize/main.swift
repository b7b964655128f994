import CommandLineTool

/// `resync-normalize` does what `resync normalize` does.
StageCommand.run(stage: "normalize")
