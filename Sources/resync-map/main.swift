import CommandLineTool

/// `resync-map` does what `resync map` does.
StageCommand.run(stage: "map")
